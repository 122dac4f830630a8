package org.narrowbert.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.cli.config.ValueKind;
import org.narrowbert.cli.doctor.BuildVersion;
import org.narrowbert.cli.doctor.DoctorCommand;
import org.narrowbert.cli.exit.ExitPolicy;
import org.narrowbert.cli.finetune.EvaluateCommand;
import org.narrowbert.cli.finetune.FineTuneCommand;
import org.narrowbert.cli.finetune.PredictCommand;
import org.narrowbert.cli.inference.EmbedCommand;
import org.narrowbert.cli.inference.FillMaskCommand;
import org.narrowbert.cli.model.ModelCommand;
import org.narrowbert.cli.plan.PlanCommand;
import org.narrowbert.cli.pretrain.PretrainCommand;
import org.narrowbert.cli.report.ReportCommand;
import org.narrowbert.cli.text.TokenizerCommand;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.ffm.process.StandardError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command, which only names the others, and the process's entry. */
@Command(
        name = "narrowbert",
        description = "Pretrains and runs BERT encoders that compute only the rows that matter.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A first run, on an English corpus that comes along:",
            "  ./narrowbert pretrain --output-dir runs/first",
            "",
            "Exit codes: 0 done, 1 something read or run failed, 2 wrong command line or configuration."
        })
public final class Main implements Runnable {
    /** System property that holds the number of the descriptor where the launcher keeps the real standard error. */
    private static final String STANDARD_ERROR = "narrowbert.stderr";

    private static final List<Class<?>> COMMANDS = List.of(
            PretrainCommand.class,
            FineTuneCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            DataCommand.class,
            FillMaskCommand.class,
            EmbedCommand.class,
            ModelCommand.class,
            TokenizerCommand.class,
            PlanCommand.class,
            ReportCommand.class,
            BenchCommand.class,
            DoctorCommand.class);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error as well (or set NARROWBERT_DEBUG=1).")
    private boolean debug;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "YAML or JSON that tells options under their names; what the command line gives wins, then"
                    + " variables such as NARROWBERT_LEARNING_RATE.")
    private Optional<Path> config = Optional.empty();

    private Main() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Numbers are written one way everywhere: what we print, scripts read.
        Locale.setDefault(Locale.ROOT);
        Integer descriptor = Integer.getInteger(STANDARD_ERROR);
        if (descriptor != null) {
            StandardError.restoreFrom(descriptor);
        }
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        System.exit(run(arguments, System.getenv(), out, err));
    }

    /**
     * Runs the command that the arguments name.
     *
     * @param environment the environment variables
     * @return the exit code
     */
    public static int run(String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
        boolean debugVariable = "1".equals(environment.get("NARROWBERT_DEBUG"));
        CommandLine commandLine = commandLine(main, commands(arguments))
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // Of an option that is given twice the later one holds, as people expect who append to a command.
                .setOverwrittenOptionsAllowed(true)
                // A text may begin with @, and what follows an option is its value only where it is no option itself.
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(false)
                .setUnmatchedOptionsAllowedAsOptionParameters(false);
        ValueKind.register(commandLine);
        CommandLineReader reader = new CommandLineReader(commandLine, environment);
        commandLine.setParameterExceptionHandler((exception, rejected) ->
                ExitPolicy.reportUsage(exception, reader.configuration(), err, main.debug || debugVariable));
        commandLine.setExecutionExceptionHandler((exception, command, parsed) ->
                ExitPolicy.report(reader.configuration().placed(exception), err, main.debug || debugVariable));
        try {
            return commandLine.execute(reader.complete(withDashes(arguments), () -> main.config(environment)));
        } catch (ParameterException wrong) {
            return ExitPolicy.reportUsage(wrong, reader.configuration(), err, main.debug || debugVariable);
        } catch (UserError | Error failure) {
            return ExitPolicy.report(failure, err, main.debug || debugVariable);
        }
    }

    /** The command line with all commands. */
    public static CommandLine commandLine() {
        return commandLine(new Main(), COMMANDS);
    }

    private static CommandLine commandLine(Main main, List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(main);
        commands.forEach(commandLine::addSubcommand);
        return commandLine;
    }

    /** The command that the first argument names, alone: to read what all the others take needs longer than to run a short one. */
    private static List<Class<?>> commands(String[] arguments) {
        return COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    private Optional<Path> config(Map<String, String> environment) {
        return config.or(() -> Optional.ofNullable(environment.get("NARROWBERT_CONFIG"))
                .filter(name -> !name.isEmpty())
                .map(Path::of));
    }

    /** Option names with dashes for underscores: `--max_seq_length` is how other trainers write `--max-seq-length`. */
    static String[] withDashes(String[] arguments) {
        String[] result = arguments.clone();
        int end = Arrays.asList(arguments).indexOf("--");
        for (int i = 0; i < (end < 0 ? result.length : end); i++) {
            if (result[i].startsWith("--")) {
                int equals = result[i].indexOf('=');
                int nameEnd = equals < 0 ? result[i].length() : equals;
                result[i] = result[i].substring(0, nameEnd).replace('_', '-') + result[i].substring(nameEnd);
            }
        }
        return result;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
