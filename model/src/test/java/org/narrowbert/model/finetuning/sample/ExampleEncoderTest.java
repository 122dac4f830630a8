package org.narrowbert.model.finetuning.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.tokenizer.Tokenizer;

class ExampleEncoderTest {
    private static final Tokenizer TOKENIZER = Tokenizer.open(
            List.of(
                    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "the", "cat", "sat", "on", "mat", "near",
                    "dog", "un", "##able"),
            true);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    private static <E extends Example> List<TaskSample> encode(int longest, int stride, TaskKind kind, E example) {
        return new ExampleEncoder(TOKENIZER, longest, stride)
                .encode(new LabelledSet<>(Path.of("made"), kind, List.of("O", "B-X"), List.of(example), List.of()));
    }

    @Test
    void theHeadReadsEachWordsFirstPieceAndAWordOfWhichNothingIsLeftIsUnknown() {
        WordsExample example = new WordsExample(List.of("the", "unable", "\u200b", "cat"), List.of(0, 1, 0, 1), 0);
        TaskSample.OfWords sample = (TaskSample.OfWords)
                encode(20, 4, TaskKind.TOKEN_LABELS, example).getFirst();
        assertThat(TOKENIZER.tokens(sample.text().inputIds()))
                .containsExactly("[CLS]", "the", "un", "##able", "[UNK]", "cat", "[SEP]");
        assertThat(sample.firstPieces()).containsExactly(1, 2, 4, 5);
        assertThat(sample.labels()).containsExactly(0, 1, 0, 1);
    }

    @Test
    void wordsThatDoNotFitAreLeftOutWithTheirLabels() {
        WordsExample example = new WordsExample(List.of("the", "cat", "unable", "dog"), List.of(0, 1, 0, 1), 0);
        TaskSample.OfWords sample = (TaskSample.OfWords)
                encode(5, 0, TaskKind.TOKEN_LABELS, example).getFirst();
        assertThat(TOKENIZER.tokens(sample.text().inputIds())).containsExactly("[CLS]", "the", "cat", "un", "[SEP]");
        assertThat(sample.firstPieces()).containsExactly(1, 2, 3);
        assertThat(sample.labels()).containsExactly(0, 1, 0);
    }

    private static <E extends Example> List<String> cutNotes(TaskKind kind, List<E> examples) {
        ExampleEncoder encoder = new ExampleEncoder(TOKENIZER, 6, 1);
        List<TaskSample> samples =
                encoder.encode(new LabelledSet<>(Path.of("made"), kind, List.of("O"), examples, List.of()));
        return encoder.cutNote(samples).stream().toList();
    }

    private static TextExample text(String text, String... second) {
        return new TextExample(text, List.of(second).stream().findFirst(), new Target.Label(0));
    }

    @Test
    void textsThatAreCutAreCounted() {
        assertThat(cutNotes(TaskKind.SINGLE_LABEL, List.of(text("the cat sat on"), text("the cat", "sat"))))
                .as("all fit")
                .isEmpty();
        assertThat(cutNotes(
                        TaskKind.SINGLE_LABEL,
                        List.of(text("the cat sat on the mat"), text("the cat", "sat on"), text("the cat"))))
                .containsExactly("2 of 3 texts had more than 6 tokens and were cut: --max-seq-length takes longer ones,"
                        + " up to the model's positions.");
        List<Integer> labels = List.of(0, 0, 0, 0);
        assertThat(cutNotes(
                        TaskKind.TOKEN_LABELS,
                        List.of(
                                new WordsExample(List.of("the", "cat", "sat", "on"), labels, 0),
                                new WordsExample(List.of("the", "cat", "sat", "unable"), labels, 0))))
                .containsExactly("1 of 2 texts had more than 6 tokens and were cut: --max-seq-length takes longer ones,"
                        + " up to the model's positions.");
        assertThat(cutNotes(
                        TaskKind.QUESTION_ANSWERING,
                        List.of(new QuestionExample(
                                "q", "who", "the cat sat on the mat near the dog", List.of(), false))))
                .as("a context is read in parts")
                .isEmpty();
    }

    @Test
    void everyChoiceIsASequenceOfItsOwn() {
        ChoiceExample example = new ChoiceExample("the cat", List.of("sat", "on the mat"), OptionalInt.of(1));
        TaskSample sample = encode(20, 4, TaskKind.MULTIPLE_CHOICE, example).getFirst();
        assertThat(sample.sequences()).hasSize(2);
        assertThat(sample.headRows()).isEqualTo(2);
        EncodedText second = sample.sequences().get(1);
        assertThat(TOKENIZER.tokens(second.inputIds()))
                .containsExactly("[CLS]", "the", "cat", "[SEP]", "on", "the", "mat", "[SEP]");
        assertThat(second.second()).isEqualTo(4);
    }

    /** As transformers cuts it with a length of 10 and a stride of 2; a grinning face is one code point and two chars. */
    @Test
    void aLongContextIsReadInPartsThatOverlapAndTheAnswerIsFoundInThePartsThatHoldIt() {
        String context = "the \uD83D\uDE00 cat sat on the mat near the dog";
        int start = context.indexOf("mat near");
        QuestionExample question =
                new QuestionExample("q", "who", context, List.of(new QuestionExample.Answer("mat near", start)), true);
        List<TaskSample> windows = encode(10, 2, TaskKind.QUESTION_ANSWERING, question);
        assertThat(windows).hasSize(2);
        TaskSample.OfWindow first = (TaskSample.OfWindow) windows.getFirst();
        assertThat(TOKENIZER.tokens(first.text().inputIds()))
                .containsExactly("[CLS]", "who", "[SEP]", "the", "[UNK]", "cat", "sat", "on", "the", "[SEP]");
        assertThat(context.substring(first.starts()[1], first.ends()[1])).isEqualTo("\uD83D\uDE00");
        assertThat(List.of(first.answerStart(), first.answerEnd()))
                .as("not in this part")
                .containsExactly(0, 0);
        TaskSample.OfWindow second = (TaskSample.OfWindow) windows.get(1);
        assertThat(TOKENIZER.tokens(second.text().inputIds()))
                .containsExactly("[CLS]", "who", "[SEP]", "on", "the", "mat", "near", "the", "dog", "[SEP]");
        assertThat(List.of(second.answerStart(), second.answerEnd())).containsExactly(5, 6);
        assertThat(context.substring(
                        second.starts()[second.answerStart() - second.text().second()],
                        second.ends()[second.answerEnd() - second.text().second()]))
                .isEqualTo("mat near");
    }

    @Test
    void anAnswerThatIsNowhereIsNotLearnedFrom() {
        QuestionExample question =
                new QuestionExample("q", "who", "the cat", List.of(new QuestionExample.Answer("dog", -1)), true);
        assertThat(encode(10, 2, TaskKind.QUESTION_ANSWERING, question))
                .hasSize(1)
                .noneMatch(TaskSample::hasTarget);
    }

    @Test
    void aStrideThatLeavesNoPartOfAContextIsRefused() {
        QuestionExample question = new QuestionExample("q", "who", "the cat", List.of(), false);
        assertThatThrownBy(() -> encode(10, 6, TaskKind.QUESTION_ANSWERING, question))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("--doc-stride is 6")
                .hasMessageContaining("only 6 tokens");
        assertThatThrownBy(() -> new ExampleEncoder(TOKENIZER, 4, 0)).hasMessageContaining("--max-seq-length is 4");
    }
}
