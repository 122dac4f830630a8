package org.narrowbert.cli.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of the JVM that runs this program bears on the results and on the speed.
 *
 * @param version its version
 * @param name the virtual machine's name
 * @param mode how it executes, as in {@code mixed mode}
 * @param compactObjectHeaders whether objects have compact headers
 * @param optionsVariable the value of {@code JAVA_TOOL_OPTIONS}, empty where it is not set
 */
record JvmFitness(
        Runtime.Version version, String name, String mode, boolean compactObjectHeaders, String optionsVariable) {
    private static final Runtime.Version NEEDED = Runtime.Version.parse("25.0.3");
    private static final String COMPACT_HEADERS = "UseCompactObjectHeaders";

    /** Of the JVM that runs this. */
    static JvmFitness ofThisJvm(Map<String, String> variables) {
        return new JvmFitness(
                Runtime.version(),
                System.getProperty("java.vm.name", ""),
                System.getProperty("java.vm.info", ""),
                isOn(COMPACT_HEADERS),
                variables.getOrDefault("JAVA_TOOL_OPTIONS", ""));
    }

    private static boolean isOn(String option) {
        @Nullable HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (bean == null) {
            return false;
        }
        try {
            VMOption found = bean.getVMOption(option);
            return Boolean.parseBoolean(found.getValue());
        } catch (IllegalArgumentException absent) {
            return false;
        }
    }

    /** What can make results wrong: nothing should be computed before it is mended. */
    List<String> dangers() {
        List<String> dangers = new ArrayList<>();
        if (version.compareToIgnoreOptional(NEEDED) < 0) {
            dangers.add("JDK " + version + " may move arrays that native code holds: use 25.0.3 or newer");
        }
        if (compactObjectHeaders) {
            dangers.add("compact object headers are on, which on JDK 25 can give wrong bytes of strings: take"
                    + " -XX:+" + COMPACT_HEADERS + " out of "
                    + (isAskedFor() ? "JAVA_TOOL_OPTIONS" : "the JVM's options"));
        }
        return dangers;
    }

    /** What only slows this program down, or may harm other programs. */
    List<String> hints() {
        List<String> hints = new ArrayList<>();
        if (!compactObjectHeaders && isAskedFor()) {
            hints.add("JAVA_TOOL_OPTIONS turns compact object headers on; the launcher turned them off for NarrowBERT,"
                    + " since on JDK 25 they can give wrong bytes of strings");
        }
        if (interprets()) {
            hints.add("the JVM only interprets (-Xint): everything will be hundreds of times slower");
        }
        if (name.contains("Graal") || name.contains("OpenJ9")) {
            hints.add("vector code can be slow on " + name + ": if the FMA rate below is low, use a HotSpot JDK");
        }
        return hints;
    }

    /** Whether nothing is ever compiled. */
    boolean interprets() {
        return mode.contains("interpreted");
    }

    private boolean isAskedFor() {
        return optionsVariable.contains("-XX:+" + COMPACT_HEADERS);
    }
}
