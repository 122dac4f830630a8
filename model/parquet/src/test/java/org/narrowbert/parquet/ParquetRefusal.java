package org.narrowbert.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.data.text.EncodingErrors;
import org.narrowbert.model.data.text.ReadingOptions;

/** How a file that lies is refused: in a sentence, and without memory for what it claims. */
final class ParquetRefusal {
    private static final long MOST_BYTES = 64_000_000;

    static final ReadingOptions OPTIONS = ParquetReaderTest.options("text", EncodingErrors.STRICT);

    private ParquetRefusal() {}

    /** Reads a file; the sentence that refuses it, or nothing when it was read. */
    static String of(Path file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        String sentence = "";
        try {
            assertThat(ParquetReaderTest.read(file, OPTIONS)).isNotEmpty();
        } catch (RunError refused) {
            sentence = refused.getMessage();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        return sentence;
    }

    /** Writes bytes to a file, which must be refused in a sentence with these words. */
    static void refused(Path folder, byte[] bytes, String... words) throws IOException {
        Path file = Files.write(folder.resolve("t.parquet"), bytes);
        assertThat(of(file))
                .contains("t.parquet")
                .contains(words)
                .hasLineCount(1)
                .doesNotContain("Exception", "thrift", "org.apache");
    }

    /** Bytes as they are written in documents: "80 01 04". */
    static byte[] bytes(String hexadecimal) {
        return hexadecimal.isEmpty() ? new byte[0] : HexFormat.ofDelimiter(" ").parseHex(hexadecimal);
    }
}
