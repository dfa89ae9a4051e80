-- The schema `read_next`: tables as in `read`, empty, with the same names, rights and comments. What an earlier rebuild left behind goes.
do $$
declare
    made record;
begin
    drop schema if exists read_before cascade;
    drop schema if exists read_next cascade;
    create schema read_next;

    for made in
        select relname, obj_description(oid, 'pg_class') as said from pg_class
        where relnamespace = 'read'::regnamespace and relkind = 'r' order by relname
    loop
        execute format('create table read_next.%1$I (like read.%1$I including all excluding indexes)', made.relname);
        if made.said is not null then
            execute format('comment on table read_next.%I is %L', made.relname, made.said);
        end if;
    end loop;

    -- Keys and indexes by their definitions: `including indexes` would give them other names, and later migrations know the old ones.
    for made in
        select c.relname, k.conname, pg_get_constraintdef(k.oid) as definition
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        where c.relnamespace = 'read'::regnamespace and k.contype in ('p', 'u', 'x') order by c.relname, k.conname
    loop
        execute format('alter table read_next.%I add constraint %I %s', made.relname, made.conname, made.definition);
    end loop;
    for made in
        select pg_get_indexdef(i.indexrelid) as definition
        from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'read'::regnamespace
          and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
        order by i.indexrelid::regclass::text
    loop
        execute regexp_replace(made.definition, ' ON read\.', ' ON read_next.');
    end loop;

    for made in
        select format('grant %s on %I.%I to %s', a.privilege_type, 'read_next', c.relname, coalesce(quote_ident(r.rolname), 'public')) as given
        from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
        where c.relnamespace = 'read'::regnamespace and c.relkind = 'r' and a.grantee <> c.relowner
        union all
        select format('grant %s on schema read_next to %s', a.privilege_type, coalesce(quote_ident(r.rolname), 'public'))
        from pg_namespace n cross join aclexplode(n.nspacl) a left join pg_roles r on r.oid = a.grantee
        where n.nspname = 'read' and a.grantee <> n.nspowner
        union all
        select format('alter default privileges in schema read_next grant %s on %s to %s', a.privilege_type,
                      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else 'types' end,
                      coalesce(quote_ident(r.rolname), 'public'))
        from pg_default_acl d cross join aclexplode(d.defaclacl) a left join pg_roles r on r.oid = a.grantee
        where d.defaclnamespace = 'read'::regnamespace
    loop
        execute made.given;
    end loop;
end $$;
