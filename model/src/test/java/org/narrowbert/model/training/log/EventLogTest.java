package org.narrowbert.model.training.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.training.EvaluationReport;
import org.narrowbert.model.training.MaskedLanguageTrainer;
import org.narrowbert.model.training.TrainingReport;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/** What is written is read back with the classes that TensorFlow publishes. */
class EventLogTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-02-03T04:05:06.5Z"));
    private static final double NOW = 1770091506.5;

    @TempDir
    private Path folder;

    private EventLog create() {
        return EventLog.create(folder.resolve("runs"), "a host/of mine", CLOCK);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("runs"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyValueIsReadBackByTensorFlowsOwnClasses() throws IOException {
        try (EventLog log = create()) {
            log.evaluated(new EvaluationReport(0, 0, 5.5, MaskedLanguageTrainer.metrics(5.5, 0.125), 40, 1));
            log.logged(new TrainingReport(10, 0.3, 4.4, 0.7, 3e-4, 10, 1_000, 150, 6e10, 3));
        }
        List<Event> events = events(Files.readAllBytes(files().getFirst()));
        assertThat(events).hasSize(4).allMatch(event -> event.getWallTime() == NOW);
        assertThat(events.getFirst().getFileVersion()).isEqualTo("brain.Event:2");
        assertThat(events.get(2).getStep()).isZero();
        assertThat(values(events.get(2)))
                .containsExactly(
                        Map.entry("eval/loss", 5.5f),
                        Map.entry("eval/perplexity", (float) Math.exp(5.5)),
                        Map.entry("eval/masked_accuracy", 0.125f));
        assertThat(events.get(3).getStep()).isEqualTo(10);
        assertThat(values(events.get(3)))
                .containsExactly(
                        Map.entry("train/loss", 4.4f),
                        Map.entry("train/learning_rate", 3e-4f),
                        Map.entry("train/grad_norm", 0.7f),
                        Map.entry("train/epoch", 0.3f),
                        Map.entry("train/tokens_per_second", (float) (1_000 / 3.0)));
    }

    @Test
    void aFileIsNamedAsTensorBoardLooksForIt() throws IOException {
        create().close();
        create().close();
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "events.out.tfevents.1770091506.a_host_of_mine."
                                + ProcessHandle.current().pid() + ".0",
                        "events.out.tfevents.1770091506.a_host_of_mine."
                                + ProcessHandle.current().pid() + ".1");
    }

    @Test
    void aRunThatGoesOnTellsTensorBoardToForgetLaterSteps() throws IOException {
        create().close();
        EventLog.open(folder.resolve("runs"), 25, "host", CLOCK).close();
        assertThat(start(files().getFirst()).getStep()).isZero();
        // TensorBoard forgets what has this step or a later one.
        assertThat(start(files().getLast()).getStep()).isEqualTo(26);
    }

    private static Event start(Path file) throws IOException {
        Event event = events(Files.readAllBytes(file)).get(1);
        assertThat(event.getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
        return event;
    }

    @Test
    void aFileTornAtAnyByteIsReadUpToItsLastWholeRecord() throws IOException {
        try (EventLog log = create()) {
            for (int step = 1; step <= 3; step++) {
                log.logged(Reports.training(step, 1));
            }
        }
        byte[] whole = Files.readAllBytes(files().getFirst());
        List<Event> events = events(whole);
        int read = 0;
        for (int length = 0; length <= whole.length; length++) {
            List<Event> found = events(Arrays.copyOf(whole, length));
            assertThat(found).isEqualTo(events.subList(0, found.size())).hasSizeGreaterThanOrEqualTo(read);
            read = found.size();
        }
        assertThat(read).isEqualTo(5);
    }

    @Test
    void whatIsWrittenIsThereAtOnce() throws IOException {
        try (EventLog log = create()) {
            log.logged(Reports.training(1, 1));
            assertThat(events(Files.readAllBytes(files().getFirst()))).hasSize(3);
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path taken = Files.writeString(folder.resolve("taken"), "");
        assertThatThrownBy(() -> EventLog.create(taken.resolve("runs"), "host", CLOCK))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(taken.resolve("runs") + " cannot be written: ");
    }

    private static Map<String, Float> values(Event event) {
        Map<String, Float> values = new LinkedHashMap<>();
        for (Summary.Value value : event.getSummary().getValueList()) {
            assertThat(value.getValueCase()).isEqualTo(Summary.Value.ValueCase.SIMPLE_VALUE);
            values.put(value.getTag(), value.getSimpleValue());
        }
        return values;
    }

    /** The whole records of a TFRecord file, their checksums checked bit by bit as the format's description says. */
    private static List<Event> events(byte[] file) throws IOException {
        List<Event> events = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.remaining() >= 12) {
            int at = bytes.position();
            long length = bytes.getLong();
            assertThat(bytes.getInt()).isEqualTo(masked(file, at, 8));
            if (bytes.remaining() < length + 4) {
                break;
            }
            bytes.position(at + 12 + (int) length);
            assertThat(bytes.getInt()).isEqualTo(masked(file, at + 12, (int) length));
            events.add(Event.parseFrom(Arrays.copyOfRange(file, at + 12, at + 12 + (int) length)));
        }
        return events;
    }

    private static int masked(byte[] bytes, int from, int count) {
        int remainder = -1;
        for (int i = from; i < from + count; i++) {
            remainder ^= bytes[i] & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                remainder = (remainder >>> 1) ^ ((remainder & 1) * 0x82F63B78);
            }
        }
        int checksum = ~remainder;
        return ((checksum >>> 15) | (checksum << 17)) + 0xA282EAD8;
    }
}
