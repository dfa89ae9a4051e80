package monitoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is compared and folded of a voucher line, read by Jackson's streaming parser, which skips the rest without making text of it.
 * Amounts in fen, days as yyyymmdd.
 *
 * <p>In the store stands its whole message behind the figures that are compared when a number comes again: amount, day, project.
 */
record Voucher(String source, String number, int numberingYear, int day, long amount, String project) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int PROJECT_AT = Long.BYTES + Integer.BYTES;

    /** Reads the value of a message; an IllegalArgumentException where it is no voucher. */
    static Voucher read(byte[] json) {
        String source = null, number = null, project = null;
        int numberingYear = 0, day = 0;
        long amount = 0;
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "source" -> source = parser.getText();
                    case "number" -> number = parser.getText();
                    case "numbering_year" -> numberingYear = parser.getIntValue();
                    case "date" -> day = day(parser);
                    case "amount" -> amount = parser.getLongValue();
                    case "project" -> project = parser.getText();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException error) {
            throw new IllegalArgumentException("not a voucher", error);
        }
        return new Voucher(source, number, numberingYear, day, amount, project);
    }

    /** What a voucher is counted once by. */
    byte[] key() {
        return (source + '\u001f' + numberingYear + '\u001f' + number).getBytes(StandardCharsets.UTF_8);
    }

    /** As it is kept: the figures, then the message with nothing lost. */
    byte[] kept(byte[] json) {
        byte[] coded = project.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(PROJECT_AT + Short.BYTES + coded.length + json.length)
                .putLong(amount).putInt(day).putShort((short) coded.length).put(coded).put(json).array();
    }

    /** The key of the sums. */
    byte[] projectAndMonth() {
        byte[] coded = project.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(coded.length + Integer.BYTES).put(coded).putInt(day / 100).array();
    }

    static long amountOf(byte[] kept) {
        return ByteBuffer.wrap(kept).getLong();
    }

    static byte[] projectAndMonthOf(byte[] kept) {
        ByteBuffer buffer = ByteBuffer.wrap(kept);
        int length = buffer.getShort(PROJECT_AT);
        return ByteBuffer.allocate(length + Integer.BYTES)
                .put(kept, PROJECT_AT + Short.BYTES, length)
                .putInt(buffer.getInt(Long.BYTES) / 100)
                .array();
    }

    /** Amount, day and project are the same: the voucher was sent again. */
    static boolean sameFigures(byte[] kept, byte[] other) {
        int end = PROJECT_AT + Short.BYTES + ByteBuffer.wrap(kept).getShort(PROJECT_AT);
        return other.length >= end && Arrays.equals(kept, 0, end, other, 0, end);
    }

    /** 2026-03-18 as 20260318, without making a string of it. */
    private static int day(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset(), value = 0;
        if (parser.getTextLength() != 10) {
            throw new IllegalArgumentException("not a date: " + parser.getText());
        }
        for (int place = 0; place < 10; place++) {
            char found = text[from + place];
            if (place == 4 || place == 7 ? found != '-' : found < '0' || found > '9') {
                throw new IllegalArgumentException("not a date: " + parser.getText());
            }
            value = found == '-' ? value : value * 10 + found - '0';
        }
        return value;
    }
}
