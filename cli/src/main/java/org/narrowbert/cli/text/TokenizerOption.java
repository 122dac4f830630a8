package org.narrowbert.cli.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** The option that names a tokenizer. */
public final class TokenizerOption {
    @Option(
            names = {"--tokenizer", "--tokenizer-name"},
            paramLabel = "DIR",
            description = "A folder with tokenizer.json or vocab.txt, or one such file (default: 8,192"
                    + " pieces of English words, trained on WordNet's glosses).")
    private Optional<Path> tokenizer = Optional.empty();

    /** What holds where nothing is told. */
    public TokenizerOption() {}

    /** Whether one is named. */
    public boolean given() {
        return tokenizer.isPresent();
    }

    /**
     * Opens it; the caller closes it.
     *
     * @param otherwise the tokens where none is named
     */
    public Tokenizer open(Supplier<List<String>> otherwise) {
        return tokenizer.map(Tokenizer::open).orElseGet(() -> Tokenizer.open(otherwise.get(), true));
    }
}
