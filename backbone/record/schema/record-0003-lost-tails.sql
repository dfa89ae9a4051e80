-- A relay forgets what Kafka acknowledged and then lost, and sends it again.
-- depends: record-0002-topic-changes
do $$
begin
    execute format('grant delete on record.relayed to %I', current_setting('jixiao.role'));
end $$;
