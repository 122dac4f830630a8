package org.narrowbert.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.BackendProvider;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.ffm.library.KnownLibraries;
import org.narrowbert.ffm.library.LibrarySearch;
import org.narrowbert.ffm.library.NativeLibrary;
import org.narrowbert.ffm.library.Surroundings;
import picocli.CommandLine.Command;
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
            "  narrowbert doctor",
            "  narrowbert doctor --libraries",
            "",
            "Exit code 1 where something found can make results wrong."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--libraries", description = "List every place that was looked at for native libraries.")
    private boolean everyPlace;

    DoctorCommand() {}

    @Override
    public Integer call() {
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
        libraries(out);

        fitness.dangers().forEach(danger -> line(out, "DANGER", danger));
        fitness.hints().forEach(hint -> line(out, "Hint", hint));
        out.flush();
        return fitness.dangers().isEmpty() ? 0 : ExitPolicy.FAILED;
    }

    private static String described(Availability availability) {
        return switch (availability) {
            case Availability.Ready(String what) -> "ready, " + what;
            case Availability.Missing(String what, List<String> lookedAt) -> "cannot run here: " + what;
        };
    }

    private void libraries(PrintWriter out) {
        for (LibrarySearch search : KnownLibraries.all()) {
            NativeLibrary library = search.find(Surroundings.ofThisProcess());
            List<NativeLibrary.Place> places = switch (library) {
                case NativeLibrary.Found found -> {
                    line(out, "Library", found.name() + ": " + found.file());
                    yield found.lookedAt();
                }
                case NativeLibrary.Missing missing -> {
                    line(
                            out,
                            "Library",
                            missing.name() + ": not found, and not needed; "
                                    + missing.lookedAt().size() + " places looked at"
                                    + (everyPlace ? "" : " (--libraries lists them)"));
                    yield missing.lookedAt();
                }
            };
            if (everyPlace) {
                places.forEach(place -> line(out, "", "  " + place));
            }
        }
    }

    private static void line(PrintWriter out, String label, String text) {
        out.printf("%-12s %s%n", label, text);
    }
}
