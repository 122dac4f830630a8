package org.narrowbert.model.config;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Values as text, one way of writing each: two runs told the same have the same text. */
public final class ValueText {
    private static final double SMALLEST_PLAIN = 1e-5;
    private static final double LARGEST_PLAIN = 1e10;

    private ValueText() {}

    /** A value as text: numbers in the fewest digits that read back as the same number. */
    public static String of(Object value) {
        return switch (value) {
            case Double number -> number(number);
            case Float number -> number(Double.parseDouble(number.toString()));
            case Enum<?> choice -> choice.name().toLowerCase(Locale.ROOT);
            default -> value.toString();
        };
    }

    /** The values of a collection, or the one value, as text. */
    public static List<String> all(Object value) {
        return value instanceof Collection<?> many
                ? many.stream().map(ValueText::of).toList()
                : List.of(of(value));
    }

    private static String number(double number) {
        double size = Math.abs(number);
        if (number == 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) {
            String plain = BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        return Double.toString(number).replace("E-", "e-").replace("E", "e+");
    }
}
