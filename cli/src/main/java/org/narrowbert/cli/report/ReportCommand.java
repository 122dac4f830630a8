package org.narrowbert.cli.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a page of one or several runs. */
@Command(
        name = "report",
        description = "Makes one HTML page of one or several runs: losses against steps and time, masked accuracy,"
                + " throughput, results, and in what the runs differ. The page needs no network; its charts are"
                + " written as PNG files too.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert report runs/first",
            "  ./narrowbert report runs/bert runs/narrow --output-file compared.html"
        })
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "RUN",
            arity = "1..*",
            description = "The --output-dir of a run; it may still be going on.")
    private List<Path> runs = new ArrayList<>();

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "Where the page goes (default: ${DEFAULT-VALUE}).")
    private Path page;

    @Option(
            names = "--png-dir",
            paramLabel = "DIR",
            description = "Where the charts go as PNG files (default: the page's folder).")
    private Optional<Path> pictures = Optional.empty();

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    private ReportCommand() {
        page = Path.of("");
    }

    @Override
    public Integer call() {
        // Before anything draws: the charts go into files, whether there is a screen or not.
        System.setProperty("java.awt.headless", "true");
        if (page.getFileName() == null || Files.isDirectory(page)) {
            throw new UserError(
                    "--output-file " + page + " is a folder: name a file, such as " + page.resolve("report.html"));
        }
        Path folder = Objects.requireNonNull(page.toAbsolutePath().getParent(), "a file is in a folder");
        Path images = pictures.orElse(folder);
        Report report = Report.of(runs);
        List<Path> files = report.files(page, images);
        if (!overwrite) {
            refuseExisting(files);
        }
        makeFolder(folder);
        makeFolder(images);
        report.write(page, images);
        PrintWriter out = spec.commandLine().getOut();
        files.forEach(out::println);
        return 0;
    }

    private static void refuseExisting(List<Path> files) {
        for (Path file : files) {
            if (Files.exists(file)) {
                throw new UserError(file + " exists: name another --output-file or --png-dir, or add --overwrite");
            }
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException error) {
            throw new RunError("cannot make the folder " + folder + ": " + error.getMessage(), error);
        }
    }
}
