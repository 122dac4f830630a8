package org.narrowbert.model.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;

/**
 * Reads a layout by recursive descent.
 *
 * <pre>
 * layout    = { part | "[" part { part } "]" } [ ":" { part } ]     with at least one sublayer in all
 * part      = "s" | "f" | "{" sublayers "}" [ count ] | "(" sublayers ")" [ count ]
 * sublayers = ( "s" | "f" ) { "s" | "f" }
 * count     = a whole number from 1; 1 when it is left out
 * </pre>
 *
 * <p>A layout without a colon has one at its end. Brackets hold at least one sublayer, of either kind: with an {@code f} first, that
 * feed-forward runs on the kept rows and the first {@code s} after it still reads all rows as they stood at {@code [}.
 */
public final class LayoutParser {
    /** How much of a hopeless string an error message repeats. */
    private static final int SHOWN = 80;

    private static final String SUBLAYER = "sf";
    private static final String PART = "sf{(";

    private final String text;
    private final List<Step> steps = new ArrayList<>();
    private int at;
    private int sublayers;

    private LayoutParser(String text) {
        this.text = text;
    }

    /**
     * Reads a layout.
     *
     * @throws UserError naming the column, counted from 1, and what was expected there
     */
    public static Layout parse(String text) {
        LayoutParser parser = new LayoutParser(text);
        parser.layout();
        return new Layout(parser.steps, text);
    }

    private void layout() {
        while (part() || brackets()) {}
        if (take(':')) {
            steps.add(Step.NARROW);
            while (part()) {}
        }
        if (at < text.length()) {
            throw unexpectedBetweenParts();
        }
        if (sublayers == 0) {
            throw expected(SUBLAYER, " (a layout has at least one sublayer)");
        }
        if (!steps.contains(Step.NARROW)) {
            steps.add(Step.NARROW);
        }
    }

    private UserError unexpectedBetweenParts() {
        return switch (text.charAt(at)) {
            case ':' -> expected(PART, " (a layout has one ':')");
            case '[' -> expected(PART, " (brackets stand left of the ':' only)");
            case ']' -> expected(PART, " (no '[' is open)");
            default -> expected(steps.contains(Step.NARROW) ? PART : PART + "[:", "");
        };
    }

    private boolean brackets() {
        if (!take('[')) {
            return false;
        }
        steps.add(Step.DROP);
        if (!part()) {
            throw expected(PART, next('[') ? " (brackets do not nest)" : " (brackets hold at least one sublayer)");
        }
        while (part()) {}
        if (!take(']')) {
            String reason =
                    next('[') ? " (brackets do not nest)" : next(':') ? " (the ':' stands outside brackets)" : "";
            throw expected(PART + "]", reason);
        }
        steps.add(Step.REJOIN);
        return true;
    }

    private boolean part() {
        Optional<Step> single = sublayer();
        if (single.isPresent()) {
            add(List.of(single.get()), 1, at - 1);
            return true;
        }
        int opened = at;
        if (take('{')) {
            group(opened, '}');
            return true;
        }
        if (take('(')) {
            group(opened, ')');
            return true;
        }
        return false;
    }

    private void group(int opened, char close) {
        List<Step> unit = new ArrayList<>();
        for (Optional<Step> step = sublayer(); step.isPresent(); step = sublayer()) {
            unit.add(step.get());
        }
        if (unit.isEmpty() || !next(close)) {
            String reason = next('{') || next('(') ? " (repeats do not nest)" : "";
            throw expected(unit.isEmpty() ? SUBLAYER : SUBLAYER + close, reason);
        }
        at++;
        add(unit, count(), opened);
    }

    private int count() {
        int first = at;
        long count = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            count = Math.min(count * 10 + (text.charAt(at) - '0'), Integer.MAX_VALUE);
            at++;
        }
        if (first == at) {
            return 1;
        }
        if (count == 0) {
            at = first;
            throw wrong("expected a repeat count from 1");
        }
        return (int) count;
    }

    private void add(List<Step> unit, int times, int column) {
        if ((long) unit.size() * times > Layout.MAX_SUBLAYERS - sublayers) {
            throw new UserError("layout '" + shown() + "': column " + (column + 1) + ": more than "
                    + Layout.MAX_SUBLAYERS + " sublayers in all; make the layout shorter");
        }
        for (int time = 0; time < times; time++) {
            steps.addAll(unit);
        }
        sublayers += unit.size() * times;
    }

    private Optional<Step> sublayer() {
        if (take('s')) {
            return Optional.of(Step.ATTENTION);
        }
        return take('f') ? Optional.of(Step.FEED_FORWARD) : Optional.empty();
    }

    private boolean next(char letter) {
        return at < text.length() && text.charAt(at) == letter;
    }

    private boolean take(char letter) {
        boolean found = next(letter);
        at += found ? 1 : 0;
        return found;
    }

    /** The error that one of some letters was expected here. */
    private UserError expected(String letters, String reason) {
        StringBuilder list = new StringBuilder("expected ");
        for (int index = 0; index < letters.length(); index++) {
            String before = index == 0 ? "'" : index == letters.length() - 1 ? " or '" : ", '";
            list.append(before).append(letters.charAt(index)).append('\'');
        }
        return wrong(list + reason);
    }

    private UserError wrong(String expected) {
        return new UserError("layout '" + shown() + "': column " + (at + 1) + ": " + expected + ", found " + found());
    }

    private String found() {
        if (at >= text.length()) {
            return "the end";
        }
        int character = text.codePointAt(at);
        return isPrintable(character) ? "'" + Character.toString(character) + "'" : "U+%04X".formatted(character);
    }

    private String shown() {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > SHOWN ? shown + "..." : shown.toString();
    }

    /** Whether a terminal can show the character; controls, lone surrogates and line ends would break the one-sentence message. */
    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
