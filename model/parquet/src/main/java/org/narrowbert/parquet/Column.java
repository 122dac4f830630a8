package org.narrowbert.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;

/**
 * A column at the top of a file's schema.
 *
 * @param name as the file has it
 * @param leaf the number of its first column of values: nested columns have several
 * @param path names from the column down to its values
 * @param holds what is in it, for people
 * @param kind of its values; {@link ValueKind#OTHER} where it is neither one value a row nor a list of values a row
 * @param levels of its values
 */
record Column(String name, int leaf, List<String> path, String holds, ValueKind kind, Levels levels) {
    /** Elements of a list's column: itself, what is repeated, and the values. */
    private static final int LIST_DEPTH = 3;

    /** Whether it has one text a row. */
    boolean text() {
        return kind == ValueKind.TEXT && levels.repetition() == 0;
    }

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
            int first = next;
            int firstLeaf = leaf;
            // Children are counted down as in a walk of the tree: each element takes one place and opens as many as it
            // has children.
            long open = 1;
            while (open > 0) {
                Damage.unless(next < schema.size(), "the schema ends within a column");
                int children = children(schema.get(next++));
                leaf += children == 0 ? 1 : 0;
                open += children - 1;
            }
            columns.add(of(schema.subList(first, next), firstLeaf));
        }
        return columns;
    }

    private static int children(SchemaElement element) throws Damage {
        int children = element.isSetNum_children() ? element.getNum_children() : 0;
        Damage.unless(children >= 0, "a column has " + children + " parts");
        return children;
    }

    /** A column of its own element and those below it. */
    private static Column of(List<SchemaElement> elements, int leaf) throws Damage {
        SchemaElement top = elements.getFirst();
        List<String> path = new ArrayList<>();
        for (SchemaElement element : elements) {
            path.add(Damage.present(element.getName(), "name of a column"));
        }
        String name = path.getFirst();
        if (elements.size() == 1 && !isRepeated(top)) {
            Levels levels = Levels.flat(isOptional(top));
            return new Column(name, leaf, path, typeName(top), ValueKind.of(top), levels);
        }
        if (isList(elements)) {
            SchemaElement values = elements.getLast();
            int list = (isOptional(top) ? 1 : 0) + 1;
            Levels levels = new Levels(1, list, list + (isOptional(values) ? 1 : 0));
            return new Column(name, leaf, path, "lists", ValueKind.of(values), levels);
        }
        return new Column(name, leaf, path, "lists or structures", ValueKind.OTHER, Levels.flat(true));
    }

    /** Whether elements are a list of values as its logical type says it is to be written. */
    private static boolean isList(List<SchemaElement> elements) {
        return elements.size() == LIST_DEPTH
                && !isRepeated(elements.getFirst())
                && isRepeated(elements.get(1))
                && elements.get(1).isSetNum_children()
                && !isRepeated(elements.getLast());
    }

    private static boolean isRepeated(SchemaElement element) {
        return element.getRepetition_type() == FieldRepetitionType.REPEATED;
    }

    private static boolean isOptional(SchemaElement element) {
        return element.getRepetition_type() != FieldRepetitionType.REQUIRED;
    }

    private static String typeName(SchemaElement element) {
        if (element.isSetConverted_type()) {
            return String.valueOf(element.getConverted_type());
        }
        return element.isSetType() ? String.valueOf(element.getType()) : "nothing";
    }
}
