package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.Shown;
import org.narrowbert.model.data.text.DocumentFile;
import org.narrowbert.model.data.text.Texts;
import org.narrowbert.model.json.JsonReader;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.TaskKind;

/**
 * SQuAD's JSON, 1.1 and 2.0: articles of paragraphs of questions. Places of answers count characters (code points), as its makers count them; ours count
 * UTF-16, as strings here do.
 */
public record SquadJson() implements ExampleFormat {
    @Override
    public LabelledSet<QuestionExample> read(Path source, LabelNames labels, boolean labelled) {
        DocumentFile file = DocumentFile.of(source);
        file.check();
        Reading reading = new Reading(source, labelled);
        try (JsonReader json = JsonReader.open(source.toString(), file.openText())) {
            reading.file(json);
        }
        if (reading.examples.isEmpty()) {
            throw new RunError(source + " has no question: SQuAD's files have \"data\" with \"paragraphs\" of \"qas\"");
        }
        return new LabelledSet<>(
                source, TaskKind.QUESTION_ANSWERING, List.of(), reading.examples, reading.counts.sentences());
    }

    /** A question before its context is known, which may stand after it. */
    private static final class Question {
        private Optional<String> id = Optional.empty();
        private Optional<String> text = Optional.empty();
        private Optional<Boolean> impossible = Optional.empty();
        private boolean hasAnswers;
        private final List<QuestionExample.Answer> answers = new ArrayList<>();
        private String place = "";
    }

    /** One file's reading. */
    private static final class Reading {
        private final Path source;
        private final boolean labelled;
        private final List<QuestionExample> examples = new ArrayList<>();
        private final Map<String, String> places = new HashMap<>();
        private final ReadingCounts counts = new ReadingCounts();

        private List<Question> questions = new ArrayList<>();
        private Optional<String> context = Optional.empty();
        private Question question = new Question();
        private Optional<String> answer = Optional.empty();
        private int answerStart;

        Reading(Path source, boolean labelled) {
            this.source = source;
            this.labelled = labelled;
        }

        void file(JsonReader json) {
            json.object(key -> {
                if (key.equals("data")) {
                    json.objects("data", inArticle -> article(json, inArticle), () -> {});
                } else {
                    json.skip();
                }
            });
            json.end();
        }

        private void article(JsonReader json, String key) {
            if (key.equals("paragraphs")) {
                json.objects("paragraphs", inParagraph -> paragraph(json, inParagraph), () -> endParagraph(json));
            } else {
                json.skip();
            }
        }

        private void paragraph(JsonReader json, String key) {
            switch (key) {
                case "context" -> context = Optional.of(sound(json.text("context"), json));
                case "qas" -> json.objects("qas", inQuestion -> question(json, inQuestion), () -> endQuestion(json));
                default -> json.skip();
            }
        }

        private void question(JsonReader json, String key) {
            switch (key) {
                case "id" -> question.id = Optional.of(json.text("id"));
                case "question" -> question.text = Optional.of(sound(json.text("question"), json));
                case "is_impossible" -> question.impossible = Optional.of(json.truth("is_impossible"));
                case "answers" -> {
                    question.hasAnswers = true;
                    json.objects("answers", inAnswer -> answer(json, inAnswer), () -> endAnswer(json));
                }
                default -> json.skip();
            }
        }

        private void answer(JsonReader json, String key) {
            switch (key) {
                case "text" -> answer = Optional.of(sound(json.text("text"), json));
                case "answer_start" -> answerStart = json.whole("answer_start");
                default -> json.skip();
            }
        }

        private void endAnswer(JsonReader json) {
            question.answers.add(new QuestionExample.Answer(
                    answer.orElseThrow(() -> lacks("an answer", "text", json.place())), answerStart));
            answer = Optional.empty();
            answerStart = 0;
        }

        private void endQuestion(JsonReader json) {
            question.place = json.place();
            questions.add(question);
            question = new Question();
        }

        private void endParagraph(JsonReader json) {
            String text = context.orElseThrow(() -> lacks("a paragraph", "context", json.place()));
            questions.forEach(one -> examples.add(example(one, text)));
            questions = new ArrayList<>();
            context = Optional.empty();
        }

        private QuestionExample example(Question one, String text) {
            String id = one.id.orElseThrow(() -> lacks("a question", "id", one.place));
            String words = one.text.orElseThrow(() -> lacks("the question " + Shown.of(id), "question", one.place));
            String before = places.putIfAbsent(id, one.place);
            if (before != null) {
                throw new RunError(source + " has the question " + Shown.of(id) + " twice, at " + before + " and at "
                        + one.place + ": predictions are told apart by their ids");
            }
            boolean impossible = one.impossible.orElse(false);
            if (labelled && !impossible && one.answers.isEmpty()) {
                throw new RunError(source + ", the question " + Shown.of(id) + ", at " + one.place
                        + ", has no answer and is not marked with is_impossible: every question to learn from or to"
                        + " measure on must have one or the other");
            }
            boolean answerable = !impossible && !(one.hasAnswers && one.answers.isEmpty());
            List<QuestionExample.Answer> answers = answerable
                    ? one.answers.stream().map(given -> placed(given, text, id)).toList()
                    : List.of();
            return new QuestionExample(id, words, text, answers, answerable);
        }

        /** The answer with its place in UTF-16; where the text is not there, at the nearest place that has it, or -1. */
        private QuestionExample.Answer placed(QuestionExample.Answer given, String text, String id) {
            int start = text.codePointCount(0, text.length()) >= given.start()
                    ? text.offsetByCodePoints(0, given.start())
                    : text.length();
            if (text.startsWith(given.text(), start)) {
                return new QuestionExample.Answer(given.text(), start);
            }
            int before = text.lastIndexOf(given.text(), start);
            int after = text.indexOf(given.text(), start);
            int nearest = before < 0 || after >= 0 && after - start < start - before ? after : before;
            counts.count(
                    nearest < 0
                            ? "answers are nowhere in their contexts, and cannot be learned"
                            : "answers are not where answer_start says, and were found elsewhere in their contexts",
                    "the question " + Shown.of(id) + " of " + source);
            return new QuestionExample.Answer(given.text(), nearest);
        }

        private String sound(String text, JsonReader json) {
            if (!Texts.areSound(text)) {
                throw new RunError(
                        source + ", " + json.place() + ", has NUL or half a surrogate pair, which is no text: mend it");
            }
            return text;
        }

        private RunError lacks(String what, String key, String place) {
            return new RunError(
                    source + " is not as SQuAD is: " + what + " that ends at " + place + " has no \"" + key + "\"");
        }
    }
}
