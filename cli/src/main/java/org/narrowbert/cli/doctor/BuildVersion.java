package org.narrowbert.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version this program was built as. */
public final class BuildVersion implements IVersionProvider {
    BuildVersion() {}

    @Override
    public String[] getVersion() {
        return new String[] {"narrowbert " + read()};
    }

    /** The version alone, as in {@code 0.1.0}. */
    public static String read() {
        Properties properties = new Properties();
        try (InputStream stream = BuildVersion.class.getResourceAsStream("build.properties")) {
            if (stream == null) {
                throw new AssertionError("build.properties is not beside " + BuildVersion.class);
            }
            properties.load(stream);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
        return properties.getProperty("version", "");
    }
}
