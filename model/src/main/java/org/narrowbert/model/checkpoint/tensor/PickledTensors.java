package org.narrowbert.model.checkpoint.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.checkpoint.pickle.StorageType;
import org.narrowbert.model.checkpoint.pickle.TorchFile;
import org.narrowbert.model.checkpoint.pickle.TorchTensor;
import org.narrowbert.model.files.FileProblem;

/** An open .bin file of PyTorch; {@link TorchFile} says where its tensors lie, and refuses what is no tensor. */
final class PickledTensors implements WeightSource {
    private final TensorBytes bytes;
    private final SortedMap<String, TorchTensor> tensors;

    private PickledTensors(TensorBytes bytes, SortedMap<String, TorchTensor> tensors) {
        this.bytes = bytes;
        this.tensors = tensors;
    }

    /**
     * Opens a file and finds its tensors.
     *
     * @throws org.narrowbert.engine.error.RunError naming the file and what is wrong with it
     */
    static PickledTensors open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new PickledTensors(new TensorBytes(file, channel), TorchFile.tensors(file, channel));
            } catch (IOException | RuntimeException error) {
                channel.close();
                throw error;
            }
        } catch (IOException error) {
            throw FileProblem.reading(file, error);
        }
    }

    @Override
    public Path file() {
        return bytes.file();
    }

    @Override
    public SortedSet<String> names() {
        return new TreeSet<>(tensors.keySet());
    }

    @Override
    public Optional<TensorInfo> find(String name) {
        return Optional.ofNullable(tensors.get(name)).map(tensor -> {
            Dtype dtype = dtype(tensor.type());
            return new TensorInfo(name, dtype, tensor.shape(), 0, tensor.elements() * dtype.bytes());
        });
    }

    @Override
    public void readFloats(String name, Matrix target) {
        TensorInfo info = tensor(name);
        if (target.size() != info.elements()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " is " + info.shape() + ", the target " + target.shape());
        }
        TorchTensor tensor = Objects.requireNonNull(tensors.get(name));
        if (tensor.contiguous()) {
            bytes.readFloats(info, tensor.position(), target);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stored = arena.allocate(tensor.span() * Float.BYTES, Float.BYTES);
            bytes.readFloats(info, tensor.position(), stored);
            for (long element = 0; element < info.elements(); element++) {
                float value = stored.getAtIndex(ValueLayout.JAVA_FLOAT, place(tensor, element));
                target.set((int) (element / target.columns()), (int) (element % target.columns()), value);
            }
        }
    }

    @Override
    public void close() {
        bytes.close();
    }

    /** Where an element of a view lies, counted from its first. */
    private static long place(TorchTensor tensor, long element) {
        long place = 0;
        long rest = element;
        for (int dimension = tensor.shape().size() - 1; dimension >= 0; dimension--) {
            long size = tensor.shape().get(dimension);
            place += rest % size * tensor.strides().get(dimension);
            rest /= size;
        }
        return place;
    }

    private static Dtype dtype(StorageType type) {
        return switch (type) {
            case FLOAT -> Dtype.F32;
            case DOUBLE -> Dtype.F64;
            case HALF -> Dtype.F16;
            case BFLOAT16 -> Dtype.BF16;
            case LONG -> Dtype.I64;
            case INT -> Dtype.I32;
            case SHORT -> Dtype.I16;
            case CHAR -> Dtype.I8;
            case BYTE -> Dtype.U8;
            case BOOL -> Dtype.BOOL;
        };
    }
}
