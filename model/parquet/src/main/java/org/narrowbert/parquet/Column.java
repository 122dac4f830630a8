package org.narrowbert.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * A column at the top of a file's schema.
 *
 * @param name as the file has it
 * @param leaf the number of its first column of values: nested columns have several
 * @param holds what is in it, for people
 * @param text whether that is text
 * @param optional whether a value may be missing
 */
record Column(String name, int leaf, String holds, boolean text, boolean optional) {
    private static final Set<ConvertedType> TEXT = Set.of(ConvertedType.UTF8, ConvertedType.JSON, ConvertedType.ENUM);

    /**
     * The columns of a file.
     *
     * @param schema the root, then all elements, each before its children
     * @throws Damage when the elements are no tree
     */
    static List<Column> of(List<SchemaElement> schema) throws Damage {
        Damage.unless(!schema.isEmpty(), "the schema is empty");
        List<Column> columns = new ArrayList<>();
        int leaf = 0;
        int next = 1;
        while (next < schema.size()) {
            SchemaElement element = schema.get(next);
            columns.add(of(element, leaf));
            // Children are counted down as in a walk of the tree: each element takes one place and opens as many as it
            // has children.
            long open = 1;
            while (open > 0) {
                Damage.unless(next < schema.size(), "the schema ends within a column");
                int children = children(schema.get(next++));
                leaf += children == 0 ? 1 : 0;
                open += children - 1;
            }
        }
        return columns;
    }

    private static int children(SchemaElement element) throws Damage {
        int children = element.isSetNum_children() ? element.getNum_children() : 0;
        Damage.unless(children >= 0, "a column has " + children + " parts");
        return children;
    }

    private static Column of(SchemaElement element, int leaf) throws Damage {
        boolean repeated = element.getRepetition_type() == FieldRepetitionType.REPEATED;
        boolean text = children(element) == 0 && !repeated && isText(element);
        String holds = repeated || children(element) > 0 ? "lists or structures" : typeName(element);
        boolean optional = element.getRepetition_type() != FieldRepetitionType.REQUIRED;
        return new Column(Damage.present(element.getName(), "name of a column"), leaf, holds, text, optional);
    }

    /** Whether bytes are text: old writers do not say so. */
    private static boolean isText(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (element.getType() != Type.BYTE_ARRAY) {
            return false;
        }
        if (logical != null) {
            return logical.isSetSTRING() || logical.isSetJSON() || logical.isSetENUM();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == null || TEXT.contains(converted);
    }

    private static String typeName(SchemaElement element) {
        if (element.isSetConverted_type()) {
            return String.valueOf(element.getConverted_type());
        }
        return element.isSetType() ? String.valueOf(element.getType()) : "nothing";
    }
}
