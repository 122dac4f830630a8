package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.TaskKind;

/** Files that were changed at random are read, or refused in a sentence. */
class MutatedTaskFilesTest {
    private static final int MUTATIONS = Integer.getInteger("narrowbert.mutations", 500);

    /** What a reader of one of the formats may take for something else than a character of text. */
    private static final String SPECIAL = "\"\t\n\r,{}[]:\\\0-| 'O\u00E9";

    @TempDir
    Path folder;

    private record Original(String name, Task task, String text) {}

    private static final List<Original> ORIGINALS = List.of(
            new Original(
                    "a.csv",
                    Task.ofTexts(TaskKind.SINGLE_LABEL, TableColumns.usual()),
                    "text,label\n\"a, \"\"b\"\"\nc\",yes\nd,no\n\u00E9t\u00E9,yes\n"),
            new Original("a.tsv", Task.named("rte"), """
                    index\tsentence1\tsentence2\tlabel
                    0\tNo "weapons.\tWeapons.\tnot_entailment
                    1\tA \u4E2D place.\tPope.\tentailment
                    """),
            new Original("b.tsv", Task.named("cola"), "gj04\t1\t\tOur friends.\ngj04\t0\t*\tThe more.\n"),
            new Original("a.jsonl", Task.ofTexts(TaskKind.MULTI_LABEL, TableColumns.usual()), """
                    {"text": "a\\u00e9b", "label": ["x", "y"], "other": {"deep": [1, 2.5e3, null]}}
                    {"label": [], "text": "c"}
                    """),
            new Original("b.jsonl", Task.named("amazon-2"), """
                    {"stars": "5", "review_body": "b", "review_title": "t"}
                    {"stars": 3, "review_body": "c", "review_title": "u"}
                    {"stars": 1.0, "review_body": "d", "review_title": "v"}
                    """),
            new Original("a.conll", Task.ofWords(WordColumns.usual()), """
                    -DOCSTART- -X- O O

                    EU NNP I-NP I-ORG
                    rejects VBZ I-VP O

                    Bonn NNP I-NP I-LOC
                    """),
            new Original("a.json", Task.named("squad-v2"), """
                    {"data": [{"title": "T", "paragraphs": [{"context": "Ann \u00E9t Bob.", "qas": [
                      {"id": "1", "question": "Who?", "answers": [{"text": "Bob", "answer_start": 7}],
                       "is_impossible": false}, {"id": "2", "question": "?", "answers": [], "is_impossible": true}]}]}]}
                    """));

    @TestFactory
    Stream<DynamicTest> mutatedFilesAreReadOrRefusedInASentence() {
        return ORIGINALS.stream()
                .map(one ->
                        DynamicTest.dynamicTest(one.name() + " " + one.task().name(), () -> check(one)));
    }

    private void check(Original original) throws IOException {
        Path file = folder.resolve(original.name());
        byte[] whole = original.text().getBytes(StandardCharsets.UTF_8);
        Files.write(file, whole);
        assertThat(original.task().read(file).examples()).isNotEmpty();
        Random random = new Random(9);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(file, mutated(whole, random));
            try {
                assertThat(original.task().read(file).examples()).isNotEmpty();
            } catch (RunError | UserError error) {
                assertThat(error.getMessage()).contains(file.toString());
                assertThat(error.getMessage()).doesNotContain("\n");
                refused++;
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 20, MUTATIONS);
    }

    private static byte[] mutated(byte[] whole, Random random) {
        byte[] special = SPECIAL.getBytes(StandardCharsets.UTF_8);
        byte[] mutated = whole.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1, 2 -> mutated[at] = special[random.nextInt(special.length)];
                default -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
            }
        }
        return mutated;
    }
}
