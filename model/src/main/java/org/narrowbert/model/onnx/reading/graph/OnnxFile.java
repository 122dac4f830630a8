package org.narrowbert.model.onnx.reading.graph;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FileProblem;

/** Reads an ONNX file's graph: once from its beginning to its end, weights passed over. */
public final class OnnxFile {
    private OnnxFile() {}

    /**
     * The graph of a file.
     *
     * @throws RunError when it cannot be read or is no sound ONNX file
     */
    public static OnnxGraph read(Path file) {
        if (Files.isDirectory(file)) {
            throw new RunError(file + " is a folder: name the .onnx file in it");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new RunError(file + " has " + size + " bytes, but an ONNX file holds " + Integer.MAX_VALUE
                        + " at most: it is something else");
            }
            OnnxGraph graph = new GraphParser(new FieldReader(Channels.newInputStream(channel), size), file).model();
            if (!graph.hasGraph() || graph.nodes().isEmpty()) {
                throw new RunError(file + " has no graph, so it is no ONNX file");
            }
            return graph;
        } catch (InvalidProtocolBufferException error) {
            throw new RunError(file + " is no sound ONNX file, or not whole: " + sentence(error), error);
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    /** The library's messages are long and some begin with the words "Protocol message". */
    private static String sentence(InvalidProtocolBufferException error) {
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf(". ");
        return (end < 0 ? message : message.substring(0, end)).replaceFirst("\\.$", "");
    }
}
