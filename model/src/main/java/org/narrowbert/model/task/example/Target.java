package org.narrowbert.model.task.example;

import java.util.List;

/** What should be predicted of a text or a pair of texts. */
public sealed interface Target {
    /**
     * One label.
     *
     * @param index of the label in its set's labels, from 0
     */
    record Label(int index) implements Target {
        public Label {
            if (index < 0) {
                throw new IllegalArgumentException("label " + index);
            }
        }
    }

    /**
     * Any number of labels.
     *
     * @param present indices of labels in their set's labels, each once, rising
     */
    record Labels(List<Integer> present) implements Target {
        public Labels {
            present = List.copyOf(present);
        }
    }

    /**
     * A number to be predicted.
     *
     * @param number finite
     */
    record Value(double number) implements Target {
        public Value {
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException("value " + number);
            }
        }
    }

    /** Nobody said, as in test sets. */
    record Unknown() implements Target {}
}
