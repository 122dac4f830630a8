package org.narrowbert.model.table;

import java.io.Reader;
import java.util.Optional;
import org.narrowbert.model.data.text.Texts;

/** The lines of a file as the text that they are of, each ended by a line feed, for a parser that wants characters. */
final class LinesAsText extends Reader {
    private final Texts lines;
    private String line = "";
    private int position;
    private boolean ended;

    LinesAsText(Texts lines) {
        this.lines = lines;
    }

    @Override
    public int read(char[] into, int at, int count) {
        if (count == 0) {
            return 0;
        }
        while (position == line.length()) {
            Optional<String> next = ended ? Optional.empty() : lines.next();
            if (next.isEmpty()) {
                ended = true;
                return -1;
            }
            line = next.get() + "\n";
            position = 0;
        }
        int read = Math.min(count, line.length() - position);
        line.getChars(position, position + read, into, at);
        position += read;
        return read;
    }

    @Override
    public void close() {
        lines.close();
    }
}
