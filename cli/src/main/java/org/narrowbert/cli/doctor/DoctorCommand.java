package org.narrowbert.cli.doctor;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.exit.ExitPolicy;
import org.narrowbert.cli.options.ComputeOptions;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendProvider;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.MachinePeak;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.ffm.library.KnownLibraries;
import org.narrowbert.ffm.library.KnownLibrary;
import org.narrowbert.ffm.library.NativeLibrary;
import org.narrowbert.ffm.library.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what NarrowBERT found on this machine, whether it is fit, and how fast it is. */
@Command(
        name = "doctor",
        description =
                "Shows the JVM, the machine, the backends and the native libraries that were found, and warns of what"
                        + " makes results wrong or slow.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert doctor",
            "  ./narrowbert doctor --libraries",
            "",
            "Exit code 1 where something found can make results wrong."
        })
public final class DoctorCommand implements Callable<Integer> {
    /** Any processor of the last ten years does several times as much; boxed or interpreted vectors far less. */
    private static final double SLOWEST_VECTOR_GFLOPS = 4;

    @Spec
    private CommandSpec spec;

    @Option(names = "--libraries", description = "List every place that was looked at for native libraries.")
    private boolean everyPlace;

    @Option(names = "--no-measure", description = "Do not measure the multiply-add rate and the memory bandwidth.")
    private boolean nothingMeasured;

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    DoctorCommand() {}

    @Override
    public Integer call() {
        compute.check();
        PrintWriter out = spec.commandLine().getOut();
        Map<String, String> variables = System.getenv();
        JvmFitness fitness = JvmFitness.ofThisJvm(variables);
        Machine machine = Machine.read(variables);

        line(out, "NarrowBERT", BuildVersion.read());
        line(
                out,
                "JVM",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                        + System.getProperty("java.vendor") + ", " + System.getProperty("java.home"));
        line(out, "System", machine.system());
        line(out, "Processor", machine.processor() + ", " + machine.processors() + " processors usable");
        line(out, "Memory", machine.memoryText());
        machine.largePages().ifPresent(choice -> line(out, "Large pages", choice));
        for (BackendProvider provider : Backends.find().all()) {
            line(out, "Backend", provider.name() + ": " + described(provider.availability()));
        }
        List<String> hints = new ArrayList<>(fitness.hints());
        if (!nothingMeasured && !fitness.interprets()) {
            measure(out).ifPresent(hints::add);
        }
        libraries(out);
        precisions(out);
        line(
                out,
                "Same bits",
                "for any number of threads; with --gemm onednn for the same library and kind of processor, with --gemm"
                        + " blas for the same number of threads too");

        fitness.dangers().forEach(danger -> line(out, "DANGER", danger));
        hints.forEach(hint -> line(out, "Hint", hint));
        out.flush();
        return fitness.dangers().isEmpty() ? 0 : ExitPolicy.FAILED;
    }

    private static String described(Availability availability) {
        return switch (availability) {
            case Availability.Ready(String what) -> "ready, " + what;
            case Availability.Missing(String what, List<String> lookedAt) -> "cannot run here: " + what;
        };
    }

    /** Prints the rates; gives a hint where they tell that vector code is not compiled as such. */
    private Optional<String> measure(PrintWriter out) {
        Optional<MachinePeak> measured;
        try (Backend backend = compute.open()) {
            measured = backend.measurePeak();
        }
        if (measured.isEmpty()) {
            return Optional.of("no rate is measured: " + compute.fallback().orElse("this backend has none"));
        }
        MachinePeak peak = measured.get();
        line(out, "SIMD", peak.vectorBits() + " bits");
        line(
                out,
                "FMA rate",
                String.format(
                        Locale.ROOT,
                        "%.1f GFLOP/s on one thread, %.1f on %d (%.2f x)",
                        peak.fmaGflopsOneThread(),
                        peak.fmaGflopsAllThreads(),
                        peak.threads(),
                        peak.fmaGflopsAllThreads() / peak.fmaGflopsOneThread()));
        line(out, "Bandwidth", String.format(Locale.ROOT, "%.1f GB/s (triad)", peak.triadGigabytesPerSecond()));
        return peak.fmaGflopsOneThread() < SLOWEST_VECTOR_GFLOPS
                ? Optional.of("the FMA rate is that of code without vector instructions: see which JVM this is, above")
                : Optional.empty();
    }

    private void libraries(PrintWriter out) {
        for (KnownLibrary known : KnownLibraries.all()) {
            NativeLibrary library = known.find(Surroundings.ofThisProcess());
            line(out, "Library", library.name() + ": " + described(library));
            if (everyPlace) {
                library.lookedAt().forEach(place -> line(out, "", "  " + place));
            }
        }
    }

    /** What --bf16 and --int8 would be here; most of it takes a oneDNN. */
    private static void precisions(PrintWriter out) {
        String inJava = "--bf16: weights alone in Java, for inference";
        if (Gemm.ONEDNN.availability() instanceof Availability.Ready) {
            String instructions = "this processor has the instructions";
            line(
                    out,
                    "Precision",
                    inJava + "; "
                            + OperandPrecision.BFLOAT16.warning(Gemm.ONEDNN).orElse(instructions + " for oneDNN's"));
            line(
                    out,
                    "Precision",
                    "--int8: " + OperandPrecision.INT8.warning(Gemm.ONEDNN).orElse(instructions));
        } else {
            line(out, "Precision", inJava);
        }
    }

    private String described(NativeLibrary library) {
        return switch (library) {
            case NativeLibrary.Found found ->
                found.file() + found.version().map(version -> ", " + version).orElse("");
            case NativeLibrary.Unfit unfit -> "found, but " + unfit.why() + "; " + unfit.file();
            case NativeLibrary.Missing missing ->
                "not found, and not needed; " + missing.lookedAt().size() + " places looked at"
                        + (everyPlace ? "" : " (--libraries lists them)");
        };
    }

    private static void line(PrintWriter out, String label, String text) {
        out.printf("%-12s %s%n", label, text);
    }
}
