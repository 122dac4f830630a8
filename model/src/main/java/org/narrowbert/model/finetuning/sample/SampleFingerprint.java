package org.narrowbert.model.finetuning.sample;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.narrowbert.model.files.Sha256;

/** What tells whether two runs have the same samples in every set: their token ids, what is right for them, and their order. */
public final class SampleFingerprint {
    private SampleFingerprint() {}

    /**
     * The sets' fingerprint.
     *
     * @param sets to learn from and to measure on; a sample that is moved from one to the next makes another fingerprint
     * @return 64 hexadecimal digits
     */
    public static String of(List<List<TaskSample>> sets) {
        String soFar = "";
        for (List<TaskSample> samples : sets) {
            soFar = Sha256.of(soFar + samples.size());
            for (TaskSample sample : samples) {
                soFar = with(soFar, sample);
            }
        }
        return soFar;
    }

    /** The fingerprint of what came before and of a sample: so nothing has to be held of all samples together. */
    private static String with(String before, TaskSample sample) {
        byte[] head = (before + right(sample)).getBytes(StandardCharsets.UTF_8);
        int tokens = sample.sequences().stream().mapToInt(EncodedText::length).sum();
        int numbers = 2 * sample.sequences().size() + tokens;
        ByteBuffer bytes = ByteBuffer.allocate(Math.addExact(Integer.BYTES * (1 + numbers), head.length));
        bytes.putInt(head.length).put(head);
        for (EncodedText text : sample.sequences()) {
            bytes.putInt(text.length()).putInt(text.second());
            for (int id : text.inputIds()) {
                bytes.putInt(id);
            }
        }
        return Sha256.of(bytes.array());
    }

    private static String right(TaskSample sample) {
        return switch (sample) {
            case TaskSample.OfText text -> text.target().toString();
            case TaskSample.OfWords words -> words.labels().toString();
            case TaskSample.OfChoices choices -> choices.right().toString();
            case TaskSample.OfWindow window -> window.answerStart() + "-" + window.answerEnd() + window.isKnown();
        };
    }
}
