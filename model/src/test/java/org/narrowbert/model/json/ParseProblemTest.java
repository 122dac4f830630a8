package org.narrowbert.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.RunError;

class ParseProblemTest {
    private static final int MUTATIONS = 5_000;
    private static final byte[] SOUND =
            "{\"a\": [1, 2.5, \"x\\u00e9\", true, null, {\"b\": -3e5}],\n \"c\": {\"d\": \"long text\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    private static void parse(byte[] json) {
        StrictJson.parseObject("config.json", json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"a\": 1` | line 1, column 8: it ends in the middle of a value: it was cut off, or a bracket",
                "`{\"a\": [1` | it ends in the middle of a value",
                "`{\"a\": \"te` | it ends in the middle of a value",
                "`{\"a\": tr` | 'tr' is no value of JSON",
                "`{\"a\": NaN}` | 'NaN' is no value of JSON",
                "`` | is not a JSON object",
                "`{} {}` | line 1, column 4: it goes on after its value",
                "`{\"a\": 1, \"a\": 2}` | line 1, column 13: the key \"a\" stands there twice",
                "`{\"a\": 0x1}` | a number is written in hexadecimal digits",
                "`{\"a\": +1}` | line 1, column 8: a number begins with a plus sign",
                "`{\"a\": 01}` | a number begins with a zero too many",
                "`{\"a\": 1.}` | a number has '}' where a digit belongs",
                "`{\"a\": 1]` | there is ']' where } belongs",
                "`{\"a\": 1 \"b\": 2}` | line 1, column 9: there is '\"' where a comma or } belongs",
                "`{\"a\": [1 2]}` | there is '2' where a comma or ] belongs",
                "`{\"a\" 1}` | there is '1' where a colon belongs",
                "`{\"a\": 1,}` | there is '}' where a key in double quotes belongs",
                "`{'a': 1}` | there is ''' where a key in double quotes belongs",
                "`{\"a\": }` | there is '}' where a value belongs",
                "`{\"a\": 1 /* */}` | there is '/' outside of a string, and JSON has no comments",
                "`{\"a\": \"b\tc\"}` | there is control character 9 in a string or key: write it with a backslash, a new"
                        + " line as \\n",
                "`{\"a\": \"\\x\"}` | stands before something else than one of \" \\ / b f n r t u",
                "`{\"a\": \"\\u12G4\"}` | \\u in a string is not followed by four hexadecimal digits",
            })
    void theSentenceSaysWhereAndWhat(String json, String words) {
        assertThatThrownBy(() -> parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith("config.json is not")
                .hasMessageContaining(words);
    }

    @Test
    void aFileCutOffAnywhereIsRefusedWithoutTheLibrarysNames() {
        for (int length = 0; length < SOUND.length; length++) {
            byte[] cut = Arrays.copyOf(SOUND, length);
            assertThatThrownBy(() -> parse(cut)).isInstanceOf(RunError.class).satisfies(ParseProblemTest::isPlain);
        }
    }

    @Test
    void aFileChangedAnywhereIsRefusedWithoutTheLibrarysNames() {
        Random random = new Random(3);
        byte[] alphabet = "{}[]\",:\\ux01-+.eE \n\t'#/*\u0001tfn".getBytes(StandardCharsets.UTF_8);
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            byte[] json = SOUND.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                json[random.nextInt(json.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                parse(json);
            } catch (RunError refused) {
                isPlain(refused);
            }
        }
    }

    private static void isPlain(Throwable refused) {
        assertThat(refused.getMessage())
                .hasLineCount(1)
                .doesNotContain("`", "Feature", "Source", "jackson", "start marker", "starting at")
                .doesNotContain("expecting", "Unexpected", "token", "Illegal", "Invalid", "Array", "Object", "CTRL");
    }
}
