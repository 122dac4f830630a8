package org.narrowbert.cli.text;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.narrowbert.cli.exit.Interrupts;
import org.narrowbert.cli.options.OutputDirectory;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes text into a folder of tokens that runs can train on. */
@Command(
        name = "prepare",
        description =
                "Makes text into token ids on disk, once for many runs. Texts larger than the memory are no problem.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert data prepare --train-file 'books/*.txt' \\",
            "      --tokenizer runs/vocabulary --output-dir runs/books-data",
            "  ./narrowbert data prepare --train-file reviews.jsonl.zst \\",
            "      --text-column body --output-dir runs/reviews-data",
            "",
            "Then:",
            "  ./narrowbert pretrain --train-data runs/books-data --output-dir runs/books"
        })
public final class DataPrepareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--output-dir",
            paramLabel = "DIR",
            required = true,
            description = "Where the tokens are written: a new or an empty folder.")
    private Path outputDirectory = Path.of("");

    @Option(names = "--overwrite-output-dir", description = "Replace the output folder with everything in it.")
    private boolean overwrite;

    @Mixin
    private TextOptions text = new TextOptions();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of the choice of documents to measure the loss on (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private EncodingThreads threads = new EncodingThreads();

    private DataPrepareCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        OutputDirectory.check(outputDirectory, overwrite, false);
        int encoders = threads.number();
        text.validationShare();
        text.checkFiles();
        try (Interrupts interrupts = Interrupts.listen(spec.commandLine().getErr());
                Tokenizer tokenizer = text.source().tokenizer();
                PreparedCorpus prepared = new TextPreparation(
                                text.preparation(tokenizer, seed, 1),
                                outputDirectory,
                                new Preparing(encoders, interrupts, out))
                        .run()) {
            print("train", prepared.training(), out);
            print("validate", prepared.validation(), out);
        }
        out.println("Next: ./narrowbert pretrain --train-data " + outputDirectory + " --output-dir runs/mine");
        return 0;
    }

    private static void print(String name, TokenStream stream, PrintWriter out) {
        out.println("%-8s %,d documents, %,d tokens".formatted(name, stream.documents(), stream.size()));
    }
}
