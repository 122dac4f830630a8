package org.narrowbert.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/** What the values of a column are. */
enum ValueKind {
    /** Bytes of text. */
    TEXT(0),
    INT32(Integer.BYTES),
    INT64(Long.BYTES),
    FLOAT(Float.BYTES),
    DOUBLE(Double.BYTES),
    /** True or false, a byte each once they are unpacked. */
    BOOLEAN(1),
    /** What is not read here. */
    OTHER(0);

    private static final Set<ConvertedType> TEXTS = Set.of(ConvertedType.UTF8, ConvertedType.JSON, ConvertedType.ENUM);
    private static final Set<ConvertedType> NUMBERS = Set.of(
            ConvertedType.INT_8,
            ConvertedType.INT_16,
            ConvertedType.INT_32,
            ConvertedType.INT_64,
            ConvertedType.UINT_8,
            ConvertedType.UINT_16,
            ConvertedType.UINT_32);

    private final int width;

    ValueKind(int width) {
        this.width = width;
    }

    /** Bytes of a value, little-endian; 0 where values have lengths of their own. */
    int width() {
        return width;
    }

    /** Whether values are whole numbers. */
    boolean whole() {
        return this == INT32 || this == INT64;
    }

    /** The kind of a column's values. */
    static ValueKind of(SchemaElement element) {
        Type type = element.getType();
        if (type == null) {
            return OTHER;
        }
        return switch (type) {
            case BYTE_ARRAY -> isText(element) ? TEXT : OTHER;
            case INT32 -> isNumber(element) ? INT32 : OTHER;
            case INT64 -> isNumber(element) ? INT64 : OTHER;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case BOOLEAN -> BOOLEAN;
            case INT96, FIXED_LEN_BYTE_ARRAY -> OTHER;
        };
    }

    /** Whether bytes are text: old writers do not say so. */
    private static boolean isText(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetSTRING() || logical.isSetJSON() || logical.isSetENUM();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == null || TEXTS.contains(converted);
    }

    /** Whether whole numbers are no dates, times or decimals. */
    private static boolean isNumber(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetINTEGER();
        }
        ConvertedType converted = element.getConverted_type();
        return converted == null || NUMBERS.contains(converted);
    }

    /** A number or truth value as JSON writes it. */
    String text(ByteBuffer value) {
        ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return switch (this) {
            case INT32 -> String.valueOf(bytes.getInt());
            case INT64 -> String.valueOf(bytes.getLong());
            case FLOAT -> String.valueOf(bytes.getFloat());
            case DOUBLE -> String.valueOf(bytes.getDouble());
            case BOOLEAN -> bytes.get() == 0 ? "false" : "true";
            case TEXT, OTHER -> throw new IllegalArgumentException(this + " is no number");
        };
    }
}
