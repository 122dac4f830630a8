package org.narrowbert.model.finetuning.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.example.TextExample;
import org.narrowbert.model.task.example.WordsExample;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.TokenSpans;
import org.narrowbert.model.tokenizer.Tokenizer;

/** Makes samples of token ids from labelled examples. */
public final class ExampleEncoder {
    /** Tokens of a question at most, as in BERT's own code for SQuAD. */
    private static final int LONGEST_QUESTION = 64;

    private final Tokenizer tokenizer;
    private final SpecialTokens special;
    private final int maxSeqLength;
    private final int docStride;

    /**
     * An encoder.
     *
     * @param maxSeqLength tokens of a sequence at most, special tokens included; what is longer is cut
     * @param docStride tokens that neighbouring parts of a long context share
     * @throws UserError when no text fits into that length
     */
    public ExampleEncoder(Tokenizer tokenizer, int maxSeqLength, int docStride) {
        this.tokenizer = tokenizer;
        this.special = tokenizer.specialTokens();
        this.maxSeqLength = maxSeqLength;
        this.docStride = docStride;
        if (maxSeqLength <= EncodedText.AROUND_PAIR + 1) {
            throw new UserError(
                    "--max-seq-length is " + maxSeqLength + ": it must be above " + (EncodedText.AROUND_PAIR + 1));
        }
        if (docStride < 0) {
            throw new UserError("--doc-stride is " + docStride + ": it must be 0 or more");
        }
    }

    /** The samples of a set in the order of its examples: one each, but for contexts that are read in parts. */
    public List<TaskSample> encode(LabelledSet<?> set) {
        List<? extends Example> examples = set.examples();
        return IntStream.range(0, examples.size())
                .parallel()
                .mapToObj(number -> encode(examples.get(number), number))
                .flatMap(samples -> samples)
                .toList();
    }

    /** What to tell of samples that do not hold all of their texts; nothing where all do. Contexts are read in parts, and none of them is cut. */
    public Optional<String> cutNote(List<TaskSample> samples) {
        long cut = samples.stream().filter(TaskSample::isCut).count();
        return cut == 0
                ? Optional.empty()
                : Optional.of(
                        ("%,d of %,d texts had more than %d tokens and were cut: --max-seq-length takes longer ones,"
                                        + " up to the model's positions.")
                                .formatted(cut, samples.size(), maxSeqLength));
    }

    private Stream<TaskSample> encode(Example example, int number) {
        return switch (example) {
            case TextExample text -> Stream.of(new TaskSample.OfText(text(text), text.target()));
            case WordsExample words -> Stream.of(words(words));
            case ChoiceExample choice -> Stream.of(choices(choice));
            case QuestionExample question -> windows(question, number).stream();
        };
    }

    private EncodedText text(TextExample example) {
        int[] first = tokenizer.encode(example.text());
        return example.second()
                .map(second -> EncodedText.of(first, tokenizer.encode(second), maxSeqLength, special))
                .orElseGet(() -> EncodedText.of(first, maxSeqLength, special));
    }

    /** Each word by itself, as in a text that is split already; a word of which nothing is left is unknown. */
    private TaskSample words(WordsExample example) {
        int room = maxSeqLength - EncodedText.AROUND_ONE;
        int[] pieces = new int[room];
        int[] firstPieces = new int[example.words().size()];
        int count = 0;
        int words = 0;
        boolean isCut = false;
        for (String word : example.words()) {
            if (count == room) {
                isCut = true;
                break;
            }
            int[] ids = tokenizer.encode(word);
            firstPieces[words++] = 1 + count;
            if (ids.length == 0) {
                pieces[count++] = special.unk();
            } else {
                int fit = Math.min(ids.length, room - count);
                isCut |= fit < ids.length;
                System.arraycopy(ids, 0, pieces, count, fit);
                count += fit;
            }
        }
        List<Integer> labels =
                example.labels().isEmpty() ? List.of() : example.labels().subList(0, words);
        EncodedText text = EncodedText.of(Arrays.copyOf(pieces, count), maxSeqLength, special);
        return new TaskSample.OfWords(
                new EncodedText(text.inputIds(), text.second(), isCut), Arrays.copyOf(firstPieces, words), labels);
    }

    private TaskSample choices(ChoiceExample example) {
        int[] text = tokenizer.encode(example.text());
        return new TaskSample.OfChoices(
                example.choices().stream()
                        .map(choice -> EncodedText.of(text, tokenizer.encode(choice), maxSeqLength, special))
                        .toList(),
                example.right());
    }

    private List<TaskSample> windows(QuestionExample example, int number) {
        int[] question = tokenizer.encode(example.question());
        int questionCount = Math.min(question.length, Math.min(LONGEST_QUESTION, maxSeqLength / 2));
        int room = maxSeqLength - questionCount - EncodedText.AROUND_PAIR;
        if (docStride >= room) {
            throw new UserError(
                    "--doc-stride is " + docStride + ", but beside its question a part of a context has only " + room
                            + " tokens: lower it, or raise --max-seq-length");
        }
        TokenSpans context = tokenizer.encodeWithSpans(example.context());
        List<TaskSample> windows = new ArrayList<>();
        int start = 0;
        do {
            int count = Math.min(room, context.count() - start);
            EncodedText text = EncodedText.of(question, questionCount, context.inputIds(), start, count, special);
            windows.add(window(example, number, text, context, start, count));
            start += room - docStride;
        } while (start + docStride < context.count());
        return windows;
    }

    private static TaskSample window(
            QuestionExample example, int number, EncodedText text, TokenSpans context, int start, int count) {
        int[] starts = Arrays.copyOfRange(context.starts(), start, start + count);
        int[] ends = Arrays.copyOfRange(context.ends(), start, start + count);
        // An answer that its file has in the wrong place is nowhere: there is nothing to learn from it.
        boolean isKnown = example.answers().isEmpty()
                ? !example.answerable()
                : example.answers().getFirst().start() >= 0;
        int answerStart = 0;
        int answerEnd = 0;
        if (!example.answers().isEmpty()) {
            QuestionExample.Answer answer = example.answers().getFirst();
            int first = firstEndingAfter(answer.start(), ends);
            int last = lastStartingBefore(answer.start() + answer.text().length(), starts);
            boolean isInside = count > 0
                    && starts[0] <= answer.start()
                    && answer.start() + answer.text().length() <= ends[count - 1]
                    && first <= last;
            if (isInside) {
                answerStart = text.second() + first;
                answerEnd = text.second() + last;
            }
        }
        return new TaskSample.OfWindow(text, number, starts, ends, answerStart, answerEnd, isKnown);
    }

    private static int firstEndingAfter(int character, int[] ends) {
        int token = 0;
        while (token < ends.length && ends[token] <= character) {
            token++;
        }
        return token;
    }

    private static int lastStartingBefore(int character, int[] starts) {
        int token = starts.length - 1;
        while (token >= 0 && starts[token] >= character) {
            token--;
        }
        return token;
    }
}
