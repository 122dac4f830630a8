package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;

class SquadFilesTest {
    @TempDir
    Path folder;

    private Path file(String paragraph) throws IOException {
        return Files.writeString(
                folder.resolve("squad.json"),
                "{\"version\": \"v2.0\", \"data\": [{\"title\": \"T\", \"paragraphs\": [" + paragraph + "]}]}");
    }

    private static List<QuestionExample> read(Path file) {
        return Task.named("squad-v2").read(file).of(QuestionExample.class).examples();
    }

    @Test
    void questionsHaveTheirAnswersInCharactersOfTheContext() throws IOException {
        Path file = file("""
                {"qas": [{"id": "q1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 2},
                  {"answer_start": 2, "text": "Ann sat"}], "is_impossible": false}],
                 "context": "\uD83D\uDE00 Ann sat."}""");
        assertThat(read(file))
                .containsExactly(new QuestionExample(
                        "q1",
                        "Who?",
                        "\uD83D\uDE00 Ann sat.",
                        List.of(new QuestionExample.Answer("Ann", 3), new QuestionExample.Answer("Ann sat", 3)),
                        true));
    }

    @Test
    void whatCannotBeAnsweredHasNoAnswer() throws IOException {
        Path file = file("""
                {"context": "Ann sat.", "qas": [{"question": "Why?", "id": "q1", "answers": [],
                  "plausible_answers": [{"text": "Ann", "answer_start": 0}], "is_impossible": true}]}""");
        assertThat(read(file)).containsExactly(new QuestionExample("q1", "Why?", "Ann sat.", List.of(), false));
    }

    @Test
    void answersThatStandElsewhereAreFoundAndTold() throws IOException {
        Path file = file("""
                {"context": "Ann and Bob and Ann", "qas": [{"question": "Who?", "id": "q1", "answers": [
                  {"text": "Ann", "answer_start": 15}, {"text": "Bob", "answer_start": 900},
                  {"text": "Eve", "answer_start": 0}]}]}""");
        LabelledSet<QuestionExample> set = Task.named("squad").read(file).of(QuestionExample.class);
        assertThat(set.examples().getFirst().answers())
                .extracting(QuestionExample.Answer::start)
                .containsExactly(16, 8, -1);
        assertThat(set.notes())
                .containsExactly(
                        "2 answers are not where answer_start says, and were found elsewhere in their contexts, first at"
                                + " the question q1 of " + file + ".",
                        "1 answers are nowhere in their contexts, and cannot be learned, first at the question q1 of "
                                + file + ".");
    }

    @Test
    void testFilesNeedNoAnswers() throws IOException {
        Path file = file("{\"context\": \"Ann sat.\", \"qas\": [{\"question\": \"Who?\", \"id\": \"q1\"}]}");
        Task squad = Task.named("squad");
        assertThat(squad.readForPrediction(file, List.of()).examples())
                .isEqualTo(List.of(new QuestionExample("q1", "Who?", "Ann sat.", List.of(), true)));
        assertThatThrownBy(() -> squad.read(file))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file + ", the question q1, at line 1, column ")
                .hasMessageEndingWith(", has no answer and is not marked with is_impossible: every question to learn"
                        + " from or to measure on must have one or the other");
    }

    @Test
    void whatIsNotAsSquadIsIsRefused() throws IOException {
        Path noContext = file("{\"qas\": [{\"question\": \"Who?\", \"id\": \"q1\"}]}");
        assertThatThrownBy(() -> read(noContext))
                .hasMessageMatching(
                        ".* is not as SQuAD is: a paragraph that ends at line 1, column \\d+ has no" + " \"context\"");
        Path wrongKind = file("{\"context\": 3}");
        assertThatThrownBy(() -> read(wrongKind)).hasMessageContaining(" is wrong: context is not a string");
        Path negative = file("""
                {"context": "a", "qas": [{"question": "?", "id": "q", "answers": [{"text": "a", "answer_start": -1}]}]}""");
        assertThatThrownBy(() -> read(negative))
                .hasMessageContaining(" is wrong: answer_start is not a whole number, at line 1, column ");
        Path twice = file("""
                {"context": "a", "qas": [{"question": "?", "id": "q", "is_impossible": true},
                 {"question": "?", "id": "q", "is_impossible": true}]}""");
        assertThatThrownBy(() -> read(twice)).hasMessageContaining(" has the question q twice, at line 1, column ");
        Path none = Files.writeString(folder.resolve("none.json"), "{\"data\": []}");
        assertThatThrownBy(() -> read(none)).hasMessageStartingWith(none + " has no question: ");
        Path cutOff = Files.writeString(folder.resolve("cut.json"), "{\"data\": [{");
        assertThatThrownBy(() -> read(cutOff))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("it was cut off, or a bracket or quote is not closed");
    }

    @Test
    void whatIsNoUtf8IsRefusedWithItsByte() throws IOException {
        String text = "{\"version\": \"caf\u00E9\", \"data\": []}";
        Path file = Files.write(folder.resolve("latin.json"), text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " is not UTF-8 text: byte " + text.indexOf('\u00E9')
                        + " cannot be decoded; convert the file to UTF-8");
    }
}
