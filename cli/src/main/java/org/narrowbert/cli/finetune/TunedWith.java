package org.narrowbert.cli.finetune;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * What a model was fine-tuned with: it holds where a command line says nothing else.
 *
 * @param folder of the model; empty for a model that is yet to be fine-tuned
 */
record TunedWith(Optional<Path> folder) {
    /** Nothing yet. */
    static final TunedWith NOTHING = new TunedWith(Optional.empty());

    static TunedWith of(Path folder) {
        return new TunedWith(Optional.of(folder));
    }

    /** Tokens of a sequence, as its tokenizer_config.json says. */
    OptionalInt maxTokens() {
        return folder.map(TokenizerFiles::modelMaxLength).orElse(OptionalInt.empty());
    }

    /**
     * What its run was told by an option, as training_args.yaml says, where that file lies in the folder.
     *
     * @param option without dashes in front
     */
    Optional<String> text(String option) {
        return record().flatMap(file -> RunConfig.read(file).value(option));
    }

    /**
     * The same of an option whose values are numbers.
     *
     * @param option without dashes in front
     * @throws RunError when it is no number
     */
    <N extends Number> Optional<N> number(String option, Function<String, N> reader) {
        return text(option).map(text -> {
            try {
                return reader.apply(text);
            } catch (NumberFormatException error) {
                throw new RunError(
                        record().orElseThrow() + ": " + option + " is '" + text + "', where a number belongs", error);
            }
        });
    }

    private Optional<Path> record() {
        return folder.map(model -> model.resolve(RunConfig.FILE)).filter(Files::isRegularFile);
    }
}
