package org.narrowbert.model.finetuning;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What tells whether two runs train on the same samples: their token ids, what is right for them, and their order. */
public final class SampleFingerprint {
    private SampleFingerprint() {}

    /** 64 hexadecimal digits. */
    public static String of(List<TaskSample> samples) {
        MessageDigest digest = sha256();
        for (TaskSample sample : samples) {
            for (EncodedText text : sample.sequences()) {
                ByteBuffer bytes = ByteBuffer.allocate((text.length() + 2) * Integer.BYTES);
                bytes.putInt(text.length()).putInt(text.second());
                bytes.asIntBuffer().put(text.inputIds());
                digest.update(bytes.array());
            }
            digest.update(right(sample).getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String right(TaskSample sample) {
        return switch (sample) {
            case TaskSample.OfText text -> text.target().toString();
            case TaskSample.OfWords words -> words.labels().toString();
            case TaskSample.OfChoices choices -> choices.right().toString();
            case TaskSample.OfWindow window -> window.answerStart() + "-" + window.answerEnd();
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException error) {
            throw new AssertionError("every Java platform has SHA-256", error);
        }
    }
}
