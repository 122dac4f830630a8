package org.narrowbert.parquet;

import java.io.InputStream;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TList;
import shaded.parquet.org.apache.thrift.protocol.TMap;
import shaded.parquet.org.apache.thrift.protocol.TProtocolException;
import shaded.parquet.org.apache.thrift.protocol.TStruct;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/**
 * Thrift's compact protocol, in which Parquet writes footers and page headers, within limits: the library sets memory aside for lists and
 * strings before it reads them, and follows structures as deep as they go.
 */
final class BoundedProtocol extends TCompactProtocol {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ELEMENTS = 1_000_000;
    private static final int MAX_STRING = 1 << 24;

    private int depth;

    private BoundedProtocol(TIOStreamTransport bytes, int length) {
        super(bytes, Math.min(MAX_STRING, length), Math.min(MAX_ELEMENTS, length));
    }

    /**
     * Reads a structure.
     *
     * @param bytes where it begins
     * @param length how many bytes it can have at most
     * @param structure is given what stands there
     * @throws Damage when it is not sound
     */
    static void read(InputStream bytes, int length, TBase<?, ?> structure) throws Damage {
        try {
            TConfiguration limits = new TConfiguration(length, length, MAX_DEPTH);
            structure.read(new BoundedProtocol(new TIOStreamTransport(limits, bytes), length));
        } catch (TException | RuntimeException error) {
            throw new Damage("its metadata are damaged" + reason(error));
        }
    }

    /** What the library says, without the name of its class. */
    private static String reason(Exception error) {
        String message = String.valueOf(error.getMessage()).replaceAll("\\s*Struct:.*", "");
        return error instanceof TException && message.startsWith("Required field") ? ": " + message : "";
    }

    @Override
    public TStruct readStructBegin() throws TException {
        descend();
        return super.readStructBegin();
    }

    @Override
    public void readStructEnd() throws TException {
        depth--;
        super.readStructEnd();
    }

    @Override
    public TList readListBegin() throws TException {
        descend();
        return super.readListBegin();
    }

    @Override
    public void readListEnd() throws TException {
        depth--;
        super.readListEnd();
    }

    @Override
    public TMap readMapBegin() throws TException {
        descend();
        return super.readMapBegin();
    }

    @Override
    public void readMapEnd() throws TException {
        depth--;
        super.readMapEnd();
    }

    private void descend() throws TProtocolException {
        if (++depth > MAX_DEPTH) {
            throw new TProtocolException(TProtocolException.DEPTH_LIMIT, "nested deeper than " + MAX_DEPTH);
        }
    }
}
