package org.narrowbert.cli.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.narrowbert.cli.terminal.Progress;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.data.text.DocumentUnit;
import org.narrowbert.model.data.text.Documents;
import org.narrowbert.model.data.text.ReadingOptions;
import org.narrowbert.model.data.text.TextFiles;
import org.narrowbert.model.data.text.WordNetCorpus;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Prints the tokens and ids of texts. */
@Command(
        name = "encode",
        description = "Prints the tokens of each text on one line and their ids on the next.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ./narrowbert tokenizer encode --tokenizer runs/words \"Unbelievable, but true.\"",
            "  ./narrowbert tokenizer encode --model runs/first --json --input-file a.txt",
            "",
            "Without texts and --input-file the lines of standard input are read."
        })
final class TokenizerEncodeCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One text as --json prints it. */
    private record Encoded(String text, List<String> tokens, int[] ids) {}

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--tokenizer", "--model"},
            paramLabel = "DIR",
            description = "Folder of a tokenizer or model, or its tokenizer.json or vocab.txt"
                    + " (default: the embedded corpus's vocabulary).")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--input-file", paramLabel = "FILE", description = "UTF-8 text, one text a line.")
    private Optional<Path> inputFile = Optional.empty();

    @Option(names = "--add-special-tokens", description = "Begin with [CLS] and end with [SEP].")
    private boolean addSpecialTokens;

    @Option(names = "--json", description = "Print one JSON object a text: text, tokens, ids.")
    private boolean json;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "Texts.")
    private List<String> texts = List.of();

    private TokenizerEncodeCommand() {}

    @Override
    public Integer call() {
        if (!texts.isEmpty() && inputFile.isPresent()) {
            throw new UserError("both texts and --input-file are given: choose one");
        }
        if (texts.isEmpty() && inputFile.isEmpty() && Progress.isTerminal()) {
            throw new UserError("no text is given: write one on the command line, or name an --input-file");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Tokenizer tokenizer = folder.map(Tokenizer::open)
                .orElseGet(() -> Tokenizer.open(WordNetCorpus.read().vocabulary(), true))) {
            if (!texts.isEmpty()) {
                texts.forEach(text -> print(tokenizer, text, out));
            } else if (inputFile.isPresent()) {
                printFile(tokenizer, inputFile.get(), out);
            } else {
                printStandardInput(tokenizer, out);
            }
        }
        return 0;
    }

    private void printFile(Tokenizer tokenizer, Path file, PrintWriter out) {
        try (Documents lines = TextFiles.named(List.of(file.toString()), ReadingOptions.of(DocumentUnit.LINE))
                .open()) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                print(tokenizer, line.get(), out);
            }
        }
    }

    private void printStandardInput(Tokenizer tokenizer, PrintWriter out) {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                print(tokenizer, line, out);
            }
        } catch (CharacterCodingException e) {
            throw new RunError("standard input is not UTF-8 text: convert it to UTF-8", e);
        } catch (IOException e) {
            throw new RunError("cannot read standard input: " + e.getMessage(), e);
        }
    }

    private void print(Tokenizer tokenizer, String text, PrintWriter out) {
        int[] ids = tokenizer.encode(text);
        if (addSpecialTokens) {
            IntStream start = IntStream.of(tokenizer.specialTokens().cls());
            IntStream end = IntStream.of(tokenizer.specialTokens().sep());
            ids = IntStream.concat(IntStream.concat(start, IntStream.of(ids)), end)
                    .toArray();
        }
        List<String> tokens = tokenizer.tokens(ids);
        if (json) {
            out.println(JSON.writeValueAsString(new Encoded(text, tokens, ids)));
        } else {
            out.println(String.join(" ", tokens));
            out.println(
                    String.join(" ", IntStream.of(ids).mapToObj(String::valueOf).toList()));
        }
    }
}
