package monitoring;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The steps of the topologies. */
final class Steps {
    static final String LEDGER = "ledger";

    private Steps() {}

    /** Reads the voucher and passes it on as it will be kept, under the key that it is counted once by. */
    static final class Decode implements Processor<byte[], byte[], byte[], byte[]> {
        private final Progress progress;
        private ProcessorContext<byte[], byte[]> context;

        Decode(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = context;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            progress.first();
            Voucher voucher = Voucher.read(record.value());
            context.forward(new Record<>(voucher.key(), voucher.kept(record.value()), record.timestamp()));
        }
    }

    /** Keeps each voucher, counts it once, folds its amount by project and month; sets aside what was sent again or contradicts. */
    static final class CountOnce implements Processor<byte[], byte[], Void, Void> {
        private final Progress progress;
        private ProcessorContext<Void, Void> context;
        private KeyValueStore<byte[], byte[]> ledger;
        private Sums sums;

        CountOnce(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            ledger = context.getStateStore(LEDGER);
            sums = new Sums(context.getStateStore(Sums.NAME));
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            byte[] known = ledger.putIfAbsent(record.key(), record.value());
            if (known == null) {
                sums.add(Voucher.projectAndMonthOf(record.value()), Voucher.amountOf(record.value()));
            } else if (Voucher.sameFigures(known, record.value())) {
                sums.duplicate();
            } else {
                sums.conflict();
            }
            progress.done(context);
        }
    }

    /** Only folds: what is sent twice counts twice. */
    static final class Fold implements Processor<byte[], byte[], Void, Void> {
        private final Progress progress;
        private ProcessorContext<Void, Void> context;
        private Sums sums;

        Fold(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            this.context = context;
            sums = new Sums(context.getStateStore(Sums.NAME));
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            progress.first();
            Voucher voucher = Voucher.read(record.value());
            sums.add(voucher.projectAndMonth(), voucher.amount());
            progress.done(context);
        }
    }
}
