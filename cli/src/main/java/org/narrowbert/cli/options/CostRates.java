package org.narrowbert.cli.options;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.model.config.CostModelFile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The cost model's rates as an option has them: told by the name of a file, or by themselves, as a run's record keeps them. Its text is the
 * latter, so that a run that goes on takes the rates it began with, whatever the file says by then.
 */
public record CostRates(CostModel model) {
    /** Those that the program has built in. */
    static final String BUILT_IN = "product=190,attention=90,absorbed=150,memory=30";

    private static final String NUMBER = "([0-9]{1,9}(?:\\.[0-9]{1,9})?)";
    private static final Pattern RATES =
            Pattern.compile("product=" + NUMBER + ",attention=" + NUMBER + ",absorbed=" + NUMBER + ",memory=" + NUMBER);
    /** Reads an option's value. */
    static final class Reader implements ITypeConverter<CostRates> {
        private Reader() {}

        @Override
        public CostRates convert(String text) {
            try {
                return of(text);
            } catch (UserError | InvalidPathException error) {
                throw new TypeConversionException(String.valueOf(error.getMessage()));
            }
        }
    }

    /**
     * The rates that a text says or that are in the file it names.
     *
     * @throws UserError when it says rates, but not these four
     * @throws RunError when it names no file with rates
     */
    static CostRates of(String text) {
        Matcher rates = RATES.matcher(text);
        if (rates.matches()) {
            return new CostRates(new CostModel(number(rates, 1), number(rates, 2), number(rates, 3), number(rates, 4)));
        }
        if (text.isBlank() || text.contains("=")) {
            throw new UserError("'" + text + "' are no rates: name a file that bench --calibrate wrote, or write"
                    + " them as " + BUILT_IN);
        }
        return new CostRates(CostModelFile.read(Path.of(text)));
    }

    private static double number(Matcher rates, int group) {
        double rate = Double.parseDouble(rates.group(group));
        if (rate <= 0) {
            throw new UserError("the rates " + rates.group() + " have one that is not above 0");
        }
        return rate;
    }

    /** The rates for people. */
    public String text() {
        return "large products %s GFLOP/s, attention %s, absorbed attention %s, memory %s GB/s"
                .formatted(
                        text(model.productGigaflops()),
                        text(model.attentionGigaflops()),
                        text(model.absorbedGigaflops()),
                        text(model.gigabytesPerSecond()));
    }

    @Override
    public String toString() {
        return "product=" + text(model.productGigaflops()) + ",attention=" + text(model.attentionGigaflops())
                + ",absorbed=" + text(model.absorbedGigaflops()) + ",memory=" + text(model.gigabytesPerSecond());
    }

    private static String text(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }
}
