package org.narrowbert.model.finetuning.sample;

import java.util.List;
import java.util.OptionalInt;
import org.narrowbert.model.task.example.Target;

/** An example, or a part of one, as token ids: what a batch is made of. */
public sealed interface TaskSample {
    /** Its sequences: one, or one for each choice. */
    List<EncodedText> sequences();

    /** How many rows of it the head reads. */
    int headRows();

    /** Whether tokens of it were left out because they did not fit. */
    default boolean isCut() {
        return sequences().stream().anyMatch(EncodedText::isCut);
    }

    /** Whether it is known what is right, so that it can be learned from. */
    default boolean hasTarget() {
        return switch (this) {
            case OfText text -> !(text.target() instanceof Target.Unknown);
            case OfWords words -> !words.labels().isEmpty();
            case OfChoices choices -> choices.right().isPresent();
            case OfWindow window -> window.isKnown();
        };
    }

    /**
     * A text or a pair of texts; the head reads [CLS].
     *
     * @param target what is right
     */
    record OfText(EncodedText text, Target target) implements TaskSample {
        @Override
        public List<EncodedText> sequences() {
            return List.of(text);
        }

        @Override
        public int headRows() {
            return 1;
        }
    }

    /**
     * A sentence of words; the head reads each word's first piece.
     *
     * @param firstPieces place of each word's first piece in the sequence; of the words that fit
     * @param labels of these words; empty where unknown
     */
    record OfWords(EncodedText text, int[] firstPieces, List<Integer> labels) implements TaskSample {
        @Override
        public List<EncodedText> sequences() {
            return List.of(text);
        }

        @Override
        public int headRows() {
            return firstPieces.length;
        }
    }

    /**
     * A text with each of its choices; the head reads each [CLS].
     *
     * @param right index of the right choice; empty where unknown
     */
    record OfChoices(List<EncodedText> sequences, OptionalInt right) implements TaskSample {
        @Override
        public int headRows() {
            return sequences.size();
        }
    }

    /**
     * A question and a part of the context that may answer it; the head reads every token.
     *
     * @param example number of the question in its set
     * @param starts where each token of the part begins in the context, in characters (UTF-16); they stand from {@code text.second()} on
     * @param ends where each of them ends
     * @param answerStart place in the sequence of the answer's first token; 0, [CLS], where the answer is not in this part
     * @param answerEnd place of its last token
     * @param isKnown whether the answer is known, or that there is none
     */
    record OfWindow(
            EncodedText text, int example, int[] starts, int[] ends, int answerStart, int answerEnd, boolean isKnown)
            implements TaskSample {
        @Override
        public List<EncodedText> sequences() {
            return List.of(text);
        }

        @Override
        public int headRows() {
            return text.length();
        }
    }
}
