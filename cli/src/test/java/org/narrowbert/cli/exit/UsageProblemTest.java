package org.narrowbert.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;

class UsageProblemTest {
    private static Cli run(String line) {
        return Cli.run(line.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pretrian | 'pretrian' is not a command of 'narrowbert': did you mean pretrain?",
                "tokenizer trian | 'trian' is not a command of 'narrowbert tokenizer': did you mean train?",
                "xyz | 'xyz' is not a command of 'narrowbert'",
                "plan --lay-out bert | --lay-out is not an option of 'narrowbert plan': did you mean --layout?",
                "pretrain --epochs=3 | --epochs is not an option of 'narrowbert pretrain': did you mean"
                        + " --num-train-epochs?",
                "data prepare --train-file a.txt --tokenizr v | --tokenizr is not an option of 'narrowbert data prepare': did"
                        + " you mean --tokenizer?",
                "tokenizer train --train-file a.txt --vocab-sise 9 | --vocab-sise is not an option of 'narrowbert"
                        + " tokenizer train': did you mean --vocab-size?",
                "finetune --do_train --output_dir x | --do-train is not an option of 'narrowbert finetune': leave it out,"
                        + " 'finetune' and 'pretrain' train",
                "pretrain --output-dir x --fp16 | --fp16 is not an option of 'narrowbert pretrain': numbers half as"
                        + " wide are --bf16",
                "plan --bogus 1 | --bogus is not an option of 'narrowbert plan'",
                "pretrain --bogus 1 | --bogus is not an option of 'narrowbert pretrain'",
                "plan 1 | '1' is one argument too many for 'narrowbert plan'",
                "plan --max-seq-length abc | --max-seq-length is 'abc': it must be a whole number",
                "plan --max-seq-length 12.5 | --max-seq-length is '12.5': it must be a whole number",
                "plan --threads 9999999999 | --threads is '9999999999': it must be from -2147483648 to 2147483647",
                "pretrain --output-dir x --seed 1e3 | --seed is '1e3': it must be a whole number",
                "plan --mlm-probability much | --mlm-probability is 'much': it must be a number",
                "plan --token-keep NaN | --token-keep is 'NaN': it must be a number",
                "plan --token-keep 1e999 | --token-keep is '1e999': it must be a number that is not that large",
                "plan --token-keep 0x1p-1 | --token-keep is '0x1p-1': it must be a number",
                "plan --inference=maybe | --inference is 'maybe': it must be true or false",
                "pretrain --output-dir x --encoding-errors drop | --encoding-errors is 'drop': it must be strict or"
                        + " replace",
                "plan --layout | --layout has no value: give it as --layout LAYOUT",
                "plan --layout --size mini | --layout has no value: give it as --layout LAYOUT",
                "pretrain | --output-dir DIR is missing",
                "fill-mask x | --model DIR is missing",
                "fill-mask --model x | TEXT is missing",
            })
    void eachMistakeHasItsSentence(String line, String sentence) {
        Cli run = run(line);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines().toList()).hasSize(2).first().isEqualTo("narrowbert: " + sentence);
        assertThat(run.err().lines().toList().getLast())
                .startsWith("Run './narrowbert")
                .contains("--help'");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aTextThatBeginsWithAnAtSignIsAText() {
        assertThat(run("fill-mask --model nowhere @pom.xml").err()).contains("there is no [MASK] in '@pom.xml'");
    }

    @Test
    void noControlCharacterReachesTheTerminal() {
        assertThat(Cli.run("\u001b[31mred").err()).contains("'?[31mred'");
    }
}
