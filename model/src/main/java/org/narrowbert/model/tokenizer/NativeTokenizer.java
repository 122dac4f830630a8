package org.narrowbert.model.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Utils;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import org.narrowbert.engine.error.RunError;

/**
 * A tokenizer of the native library, and the lock that keeps it alive while threads encode with it.
 *
 * <p>The library's own Java class is passed by: it makes eight arrays a text of which one is wanted, sends telemetry from cloud machines,
 * and leaves a close during an encode to luck.
 */
final class NativeTokenizer implements AutoCloseable {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final long handle;
    private boolean closed;

    private NativeTokenizer(long handle) {
        this.handle = handle;
    }

    /**
     * Makes the tokenizer that a tokenizer.json describes.
     *
     * @param where the file that an error names
     */
    static NativeTokenizer open(String json, String where) {
        loadLibrary();
        try {
            return new NativeTokenizer(TokenizersLibrary.LIB.createTokenizerFromString(json));
        } catch (RuntimeException e) {
            throw new RunError(
                    where + " is not a tokenizer that the tokenizers library can read: " + e.getMessage(), e);
        }
    }

    private static void loadLibrary() {
        // Without this the library, on a machine with CUDA, downloads a CUDA build of itself. The jar's own build is
        // all we want.
        System.setProperty("ai.djl.offline", "true");
        try {
            LibUtils.checkStatus();
        } catch (RuntimeException | LinkageError e) {
            throw new RunError(
                    "cannot load the tokenizer's native library from the folder "
                            + Utils.getEngineCacheDir("tokenizers")
                            + " (" + System.getProperty("os.name") + ", " + System.getProperty("os.arch")
                            + "): set the variable DJL_CACHE_DIR to a folder that can be written and executed from",
                    e);
        }
    }

    /** Token ids of a text, without special tokens around it. */
    int[] encode(String text) {
        return alive(tokenizer -> {
            long encoding = TokenizersLibrary.LIB.encode(tokenizer, text, false);
            try {
                long[] wide = TokenizersLibrary.LIB.getTokenIds(encoding);
                int[] ids = new int[wide.length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = (int) wide[i];
                }
                return ids;
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        });
    }

    /** Token ids of a text with their places. */
    TokenSpans encodeWithSpans(String text) {
        return alive(tokenizer -> {
            long encoding = TokenizersLibrary.LIB.encode(tokenizer, text, false);
            try {
                return spans(
                        text,
                        TokenizersLibrary.LIB.getTokenIds(encoding),
                        TokenizersLibrary.LIB.getTokenCharSpans(encoding));
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        });
    }

    /** The library counts code points, Java its chars. */
    private static TokenSpans spans(String text, long[] ids, CharSpan[] spans) {
        int[] inputIds = new int[ids.length];
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int codePoint = 0;
        int at = 0;
        for (int token = 0; token < ids.length; token++) {
            inputIds[token] = (int) ids[token];
            at = text.offsetByCodePoints(at, spans[token].getStart() - codePoint);
            starts[token] = at;
            ends[token] = text.offsetByCodePoints(at, spans[token].getEnd() - spans[token].getStart());
            codePoint = spans[token].getStart();
        }
        return new TokenSpans(inputIds, starts, ends);
    }

    String decode(long[] ids, boolean skipSpecialTokens) {
        return alive(tokenizer -> TokenizersLibrary.LIB.decode(tokenizer, ids, skipSpecialTokens));
    }

    private <T> T alive(LongFunction<T> use) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed");
            }
            return use.apply(handle);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                TokenizersLibrary.LIB.deleteTokenizer(handle);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
