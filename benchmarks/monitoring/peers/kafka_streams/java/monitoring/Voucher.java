package monitoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One voucher line as a finance system sends it, read by Jackson's streaming parser. Amounts in fen, days as yyyymmdd.
 *
 * <p>Its compact form begins with what is compared when a number comes again (amount, day, project); the rest of the voucher follows.
 */
record Voucher(
        String source, String number, int numberingYear, int day, long amount, String currency, String project, String unit, String memo,
        String functional, String economic, long sequence) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int PROJECT_AT = Long.BYTES + Integer.BYTES;

    /** Reads the value of a message; an IllegalArgumentException where it is no voucher. */
    static Voucher read(byte[] json) {
        String source = null, number = null, currency = null, project = null, unit = "", memo = "", functional = "", economic = "";
        int numberingYear = 0, day = 0;
        long amount = 0, sequence = 0;
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
                    case "currency" -> currency = parser.getText();
                    case "project" -> project = parser.getText();
                    case "unit" -> unit = parser.getText();
                    case "memo" -> memo = parser.getText();
                    case "functional" -> functional = parser.getText();
                    case "economic" -> economic = parser.getText();
                    case "sequence" -> sequence = parser.getLongValue();
                    default -> parser.skipChildren();
                }
            }
        } catch (IOException error) {
            throw new IllegalArgumentException("not a voucher", error);
        }
        return new Voucher(
                source, number, numberingYear, day, amount, currency, project, unit, memo, functional, economic, sequence);
    }

    /** What a voucher is counted once by. */
    byte[] key() {
        return (source + '\u001f' + numberingYear + '\u001f' + number).getBytes(StandardCharsets.UTF_8);
    }

    /** The voucher with nothing lost, as it is kept in the store. */
    byte[] compact() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(224);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(amount);
            out.writeInt(day);
            for (String text : new String[] {project, source, number, currency, unit, memo, functional, economic}) {
                byte[] coded = text.getBytes(StandardCharsets.UTF_8);
                out.writeShort(coded.length);
                out.write(coded);
            }
            out.writeInt(numberingYear);
            out.writeLong(sequence);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return bytes.toByteArray();
    }

    static long amountOf(byte[] compact) {
        return ByteBuffer.wrap(compact).getLong();
    }

    /** The key of the sums: the project and the month of the voucher's day. */
    static byte[] projectAndMonthOf(byte[] compact) {
        ByteBuffer buffer = ByteBuffer.wrap(compact);
        int length = buffer.getShort(PROJECT_AT);
        return ByteBuffer.allocate(length + Integer.BYTES)
                .put(compact, PROJECT_AT + Short.BYTES, length)
                .putInt(buffer.getInt(Long.BYTES) / 100)
                .array();
    }

    byte[] projectAndMonth() {
        byte[] coded = project.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(coded.length + Integer.BYTES).put(coded).putInt(day / 100).array();
    }

    /** Amount, day and project are the same: the voucher was sent again. */
    static boolean sameFigures(byte[] compact, byte[] other) {
        int end = PROJECT_AT + Short.BYTES + ByteBuffer.wrap(compact).getShort(PROJECT_AT);
        return other.length >= end && Arrays.equals(compact, 0, end, other, 0, end);
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
