package org.narrowbert.cli.text;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.corpus.PreparedCorpus;
import org.narrowbert.model.data.corpus.TokenStatistics;
import org.narrowbert.model.data.corpus.TokenStream;
import org.narrowbert.model.data.text.TextSource;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what a text is like once it is made into tokens. */
@Command(
        name = "stats",
        description =
                "Counts documents and tokens, and shows how long documents are and which tokens are most frequent.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert data stats runs/books-data",
            "  ./narrowbert data stats --train-file books.txt \\",
            "      --tokenizer runs/vocabulary --max-seq-length 128",
            "  ./narrowbert data stats runs/books-data --json"
        })
public final class DataStatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "A folder of prepared text; without it the text of --train-file is read.")
    private Optional<Path> folder = Optional.empty();

    @Mixin
    private SourceOptions text = new SourceOptions();

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens of the blocks that are counted (default: ${DEFAULT-VALUE}).")
    private int maxSeqLength;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many of the most frequent tokens are shown (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(names = "--json", description = "Print one JSON object instead of text for people.")
    private boolean json;

    @Mixin
    private EncodingThreads threads = new EncodingThreads();

    private DataStatsCommand() {}

    @Override
    public Integer call() {
        if (maxSeqLength < 1 || top < 0) {
            throw new UserError(
                    maxSeqLength < 1
                            ? "--max-seq-length is " + maxSeqLength + ": it must be 1 or more"
                            : "--top is " + top + ": it must be 0 or more");
        }
        List<String> given = new ArrayList<>(text.given());
        if (text.namesTokenizer()) {
            given.add("--tokenizer");
        }
        if (folder.isPresent() && !given.isEmpty()) {
            throw new UserError("the folder " + folder.get() + " and " + String.join(", ", given)
                    + " are both given: choose one, a folder of prepared text has its tokenizer in it");
        }
        int encoders = threads.number();
        return folder.map(this::ofPrepared).orElseGet(() -> ofText(encoders));
    }

    private int ofPrepared(Path prepared) {
        Map<String, TokenStatistics> statistics = new LinkedHashMap<>();
        try (PreparedCorpus corpus = PreparedCorpus.open(prepared);
                Tokenizer tokenizer = PreparedCorpus.openTokenizer(prepared)) {
            corpus.check(tokenizer);
            statistics.put("train", count("train", corpus.training(), corpus));
            statistics.put("validation", count("validation", corpus.validation(), corpus));
            print(corpus.description(), statistics, tokenizer);
        }
        return 0;
    }

    private TokenStatistics count(String name, TokenStream stream, PreparedCorpus corpus) {
        try (Progress progress = Progress.open(progressOut(), "counting " + name, stream.size())) {
            return TokenStatistics.of(stream, corpus.vocabularySize(), tokens -> progress.update(tokens, "tokens"));
        }
    }

    private int ofText(int encoders) {
        TextSource source = text.source();
        try (Tokenizer tokenizer = text.tokenizer()) {
            TokenStatistics statistics;
            try (Progress progress = Progress.open(progressOut(), "tokenizing", source.bytes())) {
                statistics = TokenStatistics.of(
                        source, tokenizer, encoders, bytes -> progress.update(bytes, "bytes"), progress::println);
            }
            print(source.description(), Map.of("text", statistics), tokenizer);
        }
        return 0;
    }

    /** JSON is alone on standard output. */
    private PrintWriter progressOut() {
        return json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    }

    private void print(String name, Map<String, TokenStatistics> parts, Tokenizer tokenizer) {
        PrintWriter out = spec.commandLine().getOut();
        StatisticsReport report = new StatisticsReport(tokenizer, maxSeqLength, top);
        if (json) {
            out.println(report.json(name, parts));
        } else {
            parts.forEach((part, statistics) -> report.print(name + " (" + part + ")", statistics, out));
        }
    }
}
