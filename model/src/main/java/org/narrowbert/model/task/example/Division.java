package org.narrowbert.model.task.example;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.Sha256;

/**
 * A set divided at random into three, for data that come in one piece: the same for the same seed and examples. Each part keeps the set's order.
 *
 * <p>Texts with one label are divided label by label, so that each part has all labels in the set's proportions; labelled words by documents, none of which
 * is in two parts, or sentence by sentence where all are of one document; everything else example by example.
 *
 * @param train what is learned from
 * @param validation what is measured on while learning
 * @param test what is measured on in the end
 * @param hash SHA-256 of all examples with the part each is in: two divisions with one hash are the same
 */
public record Division<E extends Example>(
        LabelledSet<E> train, LabelledSet<E> validation, LabelledSet<E> test, String hash) {
    private static final char TRAIN = 't';
    private static final char VALIDATION = 'v';
    private static final char TEST = 'e';

    /**
     * Divides a set.
     *
     * @param validationShare of each label or of the documents, rounded; 0 for none
     * @param testShare the same; both together below 1
     * @throws RunError if nothing would be left to learn from, or too little for a part that is wanted
     */
    public static <E extends Example> Division<E> of(
            LabelledSet<E> set, double validationShare, double testShare, long seed) {
        if (!(validationShare >= 0 && testShare >= 0 && validationShare + testShare < 1)) {
            throw new IllegalArgumentException("shares " + validationShare + " and " + testShare);
        }
        char[] parts = new char[set.examples().size()];
        Arrays.fill(parts, TRAIN);
        Random random = new Random(seed);
        int documents = 0;
        if (set.kind() == TaskKind.TOKEN_LABELS) {
            List<List<Integer>> groups = new ArrayList<>(groups(set.examples(), Division::document));
            documents = groups.size();
            if (documents == 1) {
                groups = groups.getFirst().stream().map(List::of).toList();
            }
            divide(groups, validationShare, testShare, random)
                    .forEach((part, chosen) ->
                            chosen.forEach(document -> document.forEach(example -> parts[example] = part)));
        } else {
            for (List<Integer> label : groups(set.examples(), Division::stratum)) {
                divide(label, validationShare, testShare, random)
                        .forEach((part, chosen) -> chosen.forEach(example -> parts[example] = part));
            }
        }
        Division<E> division = new Division<>(
                part(set, parts, TRAIN), part(set, parts, VALIDATION), part(set, parts, TEST), hash(set, parts));
        if (division.train.examples().isEmpty()
                || validationShare > 0 && division.validation.examples().isEmpty()
                || testShare > 0 && division.test.examples().isEmpty()) {
            String what = documents > 1 ? "documents" : "examples";
            throw new RunError(set.source() + " has too few " + what + " to divide: "
                    + (documents > 1 ? documents : parts.length) + "; give a file for each part");
        }
        return division;
    }

    /** Whether these are labelled words of one document, which is divided sentence by sentence. */
    public boolean isOfOneDocument() {
        return train.kind() == TaskKind.TOKEN_LABELS
                && Stream.of(train, validation, test)
                                .flatMap(part -> part.examples().stream())
                                .mapToInt(Division::document)
                                .distinct()
                                .count()
                        == 1;
    }

    /** Examples of one group, by their numbers; groups in the order in which they are met. */
    private static <E extends Example> Collection<List<Integer>> groups(
            List<E> examples, ToIntFunction<Example> group) {
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < examples.size(); i++) {
            groups.computeIfAbsent(group.applyAsInt(examples.get(i)), _ -> new ArrayList<>())
                    .add(i);
        }
        return groups.values();
    }

    private static int document(Example example) {
        return example instanceof WordsExample words ? words.document() : 0;
    }

    private static int stratum(Example example) {
        return example instanceof TextExample text && text.target() instanceof Target.Label(int index) ? index : -1;
    }

    /** What of some things goes into validation and test. */
    private static <T> Map<Character, List<T>> divide(
            List<T> things, double validationShare, double testShare, Random random) {
        List<T> shuffled = new ArrayList<>(things);
        Collections.shuffle(shuffled, random);
        int validation = (int) Math.round(validationShare * shuffled.size());
        int test = Math.min(shuffled.size() - validation, (int) Math.round(testShare * shuffled.size()));
        Map<Character, List<T>> parts = new LinkedHashMap<>();
        parts.put(VALIDATION, shuffled.subList(0, validation));
        parts.put(TEST, shuffled.subList(validation, validation + test));
        return parts;
    }

    private static <E extends Example> LabelledSet<E> part(LabelledSet<E> set, char[] parts, char part) {
        List<E> examples = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] == part) {
                examples.add(set.examples().get(i));
            }
        }
        return set.with(examples);
    }

    private static String hash(LabelledSet<?> set, char[] parts) {
        StringBuilder digests = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            digests.append(parts[i])
                    .append(Sha256.of(text(set.examples().get(i), set.labels())))
                    .append('\n');
        }
        return Sha256.of(digests.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** All that an example says, labels by their names. */
    private static String text(Example example, List<String> labels) {
        return switch (example) {
            case TextExample text ->
                String.join("\0", text.text(), text.second().orElse(""), target(text.target(), labels));
            case WordsExample words ->
                String.join("\0", words.words()) + "\0\0"
                        + String.join(
                                "\0", words.labels().stream().map(labels::get).toList());
            case ChoiceExample choice ->
                String.join(
                        "\0",
                        choice.text(),
                        String.join("\0", choice.choices()),
                        choice.right().toString());
            case QuestionExample question -> String.join("\0", question.id(), question.question(), question.context());
        };
    }

    private static String target(Target target, List<String> labels) {
        return switch (target) {
            case Target.Label(int index) -> labels.get(index);
            case Target.Labels(List<Integer> present) ->
                String.join("\0", present.stream().map(labels::get).toList());
            case Target.Value(double number) -> String.valueOf(number);
            case Target.Unknown() -> "";
        };
    }
}
