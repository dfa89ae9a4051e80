"""The local runtime, for real: servers out of jars, least roles, restarts, orphans, ports, the commands of `jixiao`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import UUID

import psycopg
import pytest

from backbone.process.settings import SERVICES
from contracts.catalogue import TOPICS
from deploy.local import account, broker, databases, postgres, state
from deploy.local.refusal import Refused
from deploy.local.runtime import AlreadyRunning, Runtime

pytestmark = pytest.mark.skipif(
    "JIXIAO_KAFKA" in os.environ or "JIXIAO_DATABASE" in os.environ,
    reason="other servers are named: the runtime would start none",
)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """Kafka, PostgreSQL and goals' two processes. The home is made by the runtime itself, below a folder of mode 700."""
    found = Runtime(tmp_path_factory.mktemp("runtime") / ".jixiao", processes=["goals-api", "goals-worker"])
    found.start()
    yield found
    found.stop()


def jixiao(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One call of the command line."""
    command = [sys.executable, "-m", "cli.main", *arguments]
    known = {**os.environ, "JIXIAO_HOME": str(home), **environment}
    return subprocess.run(command, capture_output=True, text=True, env=known, timeout=240, check=False)


def eventually(true: Callable[[], bool], seconds: float = 60) -> float:
    """How long it took until it was true; fails when it never was."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - began


def test_what_is_secret_is_readable_by_its_owner_alone(runtime: Runtime) -> None:
    assert runtime.home.stat().st_mode & 0o777 in (0o700, 0o711)
    for secret in ("runtime.json", "supervisord.conf", "postgres/password"):
        assert (runtime.home / secret).stat().st_mode & 0o777 == 0o600, secret


def test_every_login_is_by_scram(runtime: Runtime) -> None:
    values = runtime.settings_values()
    with psycopg.connect(values["database"]) as connection:
        methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
        stored = connection.execute(
            "select rolname from pg_authid where rolcanlogin and rolpassword not like 'SCRAM-SHA-256$%'"
        ).fetchall()
        places = connection.execute(
            "select current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()
    assert (methods, stored, places) == ([("scram-sha-256",)], [], ("127.0.0.1", ""))
    for url in (values["database"], values["goals_database"]):
        address = urlsplit(url)
        for password in ("", "guessed"):
            wrong = address._replace(netloc=f"{address.username}:{password}@{address.hostname}:{address.port}").geturl()
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(wrong)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_role_can_do_no_more_than_it_is_granted(runtime: Runtime, service: str) -> None:
    url = runtime.settings_values()[f"{service}_database"]
    forbidden = (
        "create table read.mine (a int)", "create table public.mine (a int)", "create schema mine", "create role mine",
        "create database mine", "update record.event set actor = 'me'", "delete from record.event", "truncate record.event",
        "drop table record.event", "alter role current_user superuser",
    )  # fmt: skip
    with psycopg.connect(url, autocommit=True) as connection:
        rights = "select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = current_user"
        assert connection.execute(rights).fetchone() == (False,) * 5
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        connection.execute("create temporary table for_a_moment (a int)")
    other = next(name for name in SERVICES if name != service)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(databases.at(url, f"jixiao_{other}"))


def test_topics_are_there_and_kept_for_ever(runtime: Runtime) -> None:
    from kafka import KafkaAdminClient
    from kafka.admin import ConfigResource

    address = runtime.settings_values()["kafka"]
    client: Any = KafkaAdminClient(bootstrap_servers=address)
    try:
        partitions = {found["name"]: len(found["partitions"]) for found in client.describe_topics(list(TOPICS))}
        answer = client.describe_configs([ConfigResource("topic", name) for name in TOPICS])
    finally:
        client.close()
    assert partitions == {name: {"execution.reported": 4, "clock.days": 1}.get(name, 3) for name in TOPICS}
    assert json.dumps(answer, default=str).count("retention.ms") >= len(TOPICS)
    assert broker.make_topics(address) == []


def test_the_admin_of_a_server_need_not_be_superuser(runtime: Runtime) -> None:
    admin = runtime.settings_values()["database"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("create role keeper login createdb createrole password 'keeps'")
        for service in SERVICES:
            for role in (f"jixiao_{service}", f"jixiao_{service}_owner"):
                connection.execute(f"grant {role} to keeper with admin option, set true".encode())
    address = urlsplit(admin)
    keeper = address._replace(netloc=f"keeper:keeps@{address.hostname}:{address.port}").geturl()
    made = databases.provision(keeper, runtime.settings_values(), suffix="_kept")
    with psycopg.connect(made["goals_owner_database"]) as connection:
        assert connection.execute("select current_database(), current_user").fetchone() == (
            "jixiao_goals_kept",
            "jixiao_goals_owner",
        )
    with psycopg.connect(runtime.settings_values()["goals_database"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,), "the roles' passwords are as they were"


def test_a_second_start_finds_the_first(runtime: Runtime) -> None:
    before = runtime.processes()
    with pytest.raises(AlreadyRunning, match="running already"):
        Runtime(runtime.home).start()
    again = jixiao(runtime.home, "up")
    assert again.returncode == 0
    assert "running already" in again.stderr
    assert str(runtime.settings_values()["goals_port"]) in again.stdout
    assert [entry["pid"] for entry in runtime.processes()] == [entry["pid"] for entry in before]


@pytest.mark.parametrize("process", ["goals-api", "goals-worker", "postgres", "kafka"])
def test_what_is_killed_comes_back(runtime: Runtime, process: str) -> None:
    before = runtime.kill(process)

    def back() -> bool:
        return any(entry["process"] == process and entry["pid"] not in (None, before) for entry in runtime.processes())

    assert eventually(back) < 10
    broker.wait(runtime.settings_values()["kafka"])
    eventually(lambda: _well(runtime))


def test_the_commands_say_what_runs(runtime: Runtime) -> None:
    eventually(lambda: _well(runtime))
    shown = json.loads(jixiao(runtime.home, "status", "--json").stdout)
    assert {entry["process"] for entry in shown["processes"]} == {"kafka", "postgres", "goals-api", "goals-worker"}
    assert {"lag_events", "lag_seconds", "dead_letters"} <= set(shown["services"]["goals"])
    assert jixiao(runtime.home, "doctor").returncode == 0
    logged = jixiao(runtime.home, "logs", "goals-api", "kafka", NO_COLOR="1")
    assert (logged.returncode, "kafka" in logged.stdout, "\x1b" in logged.stdout) == (0, True, False)
    assert jixiao(runtime.home, "logs", "nobody").returncode == 1


def test_config_shows_where_values_come_from_and_no_secret(runtime: Runtime) -> None:
    found = jixiao(runtime.home, "config", "show", "--json", JIXIAO_LOG_LEVEL="debug").stdout
    shown = json.loads(found)
    assert (shown["log_level"]["value"], shown["log_level"]["source"]) == ("debug", "JIXIAO_LOG_LEVEL")
    assert shown["kafka"] == {
        **shown["kafka"],
        "value": runtime.settings_values()["kafka"],
        "source": str(runtime.home / "runtime.json"),
    }
    assert shown["clock"]["description"]
    for name, value in runtime.settings_values().items():
        if name.endswith("database"):
            assert urlsplit(value).password not in found, name
    assert json.loads(runtime.settings_values()["token_key"])["d"] not in found


def test_a_token_is_what_the_services_accept(runtime: Runtime) -> None:
    from backbone.identity import Identity

    token = jixiao(
        runtime.home, "token", "--as", "unit", "--org", "department-03.station-1", "--name", "王芳"
    ).stdout.strip()
    actor = Identity(runtime.settings_values()["token_public_key"]).actor(token)
    assert (actor.name, actor.role, actor.org) == ("王芳", "unit", "department-03.station-1")
    refused = jixiao(runtime.home, "token", "--as", "emperor", "--org", "county")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "emperor" in refused.stderr


def test_a_dead_supervisor_s_processes_are_found_and_ended_and_the_data_stay(runtime: Runtime) -> None:
    _keep(runtime, "remember me")
    before = {entry["pid"] for entry in runtime.processes()}
    supervisor = state.supervisor(runtime.home)
    assert supervisor is not None
    supervisor.kill()
    eventually(lambda: not runtime.running())
    assert before <= {process.pid for process in state.left_behind(runtime.home)}
    said: list[str] = []
    runtime.start(said.append)
    assert sum("left behind" in sentence for sentence in said) >= 4
    assert not before & {process.pid for process in state.left_behind(runtime.home)}
    assert _kept(runtime) == "remember me"


def test_stop_leaves_nothing_and_a_restart_keeps_the_data(runtime: Runtime) -> None:
    _keep(runtime, "and me")
    values = runtime.settings_values()
    assert jixiao(runtime.home, "down").returncode == 0
    assert state.left_behind(runtime.home) == []
    assert not runtime.stop()
    assert "nothing runs" in jixiao(runtime.home, "status").stdout
    servers = Runtime(runtime.home, processes=False)
    servers.start()
    assert _kept(servers) == "and me"
    for name in ("token_key", "goals_database"):
        assert _without_port(servers.settings_values()[name]) == _without_port(values[name])
    servers.stop()


def test_a_cluster_s_name_may_begin_with_a_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One name in 64 does, and looked like an option."""
    monkeypatch.setattr(broker.uuid, "uuid4", lambda: UUID(bytes=b"\xf8" * 16))
    broker.prepare(tmp_path / "kafka", 9092, 9093)
    assert "cluster.id=-" in (tmp_path / "kafka" / "data" / "meta.properties").read_text("ascii")


def test_a_named_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        by_option = jixiao(tmp_path / "home", "up", "--port", number)
        by_variable = jixiao(tmp_path / "home", "up", JIXIAO_GOALS_PORT=number)
        assert jixiao(tmp_path / "home", "doctor", JIXIAO_GOALS_PORT=number).returncode == 1
    for answer, name in ((by_option, "JIXIAO_PUBLISHING_PORT"), (by_variable, "JIXIAO_GOALS_PORT")):
        assert answer.returncode == 1
        assert answer.stdout == ""
        assert answer.stderr == f"jixiao: port {number} is in use: end what uses it, or name another one for {name}\n"


def test_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "cli.main", "up", "--servers"]
    environment = {**os.environ, "JIXIAO_HOME": str(home)}
    try:
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("kafka")
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=120)
        left = state.left_behind(home)
    finally:
        Runtime(home).stop()
    assert process.returncode == 0
    assert "Traceback" not in said
    assert left == []
    log = (home / "logs" / "postgres.log").read_text("utf-8")
    assert "received fast shutdown request" in log
    assert log.rstrip().endswith("database system is shut down")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand PostgreSQL to another user")
def test_where_namespaces_are_forbidden_another_user_runs_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "in_namespace", lambda: None)
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o700)
        with pytest.raises(Refused, match="start `jixiao` as an ordinary user"):
            account.account_for(Path(place) / ".jixiao" / "postgres")
        Path(place).chmod(0o755)
        folder = Path(place) / ".jixiao" / "postgres"
        folder.parent.mkdir(mode=0o700)
        found = account.account_for(folder)
        postgres.prepare(folder, found)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        with subprocess.Popen(postgres.command(folder, port, found), stderr=subprocess.DEVNULL) as server:
            try:
                postgres.wait(postgres.admin_url(folder, port))
                assert found.owner is not None
                assert (folder / "data").stat().st_uid == found.owner[0] != 0
            finally:
                server.send_signal(signal.SIGINT)


def _well(runtime: Runtime) -> bool:
    """Every process runs, and goals says that it is ready."""
    try:
        with urlopen(f"http://127.0.0.1:{runtime.settings_values()['goals_port']}/health/ready", timeout=2) as answer:
            ready = answer.status == 200
        with urlopen(
            f"http://127.0.0.1:{runtime.settings_values()['goals_worker_port']}/health/ready", timeout=2
        ) as answer:
            return ready and answer.status == 200 and all(entry["state"] == "running" for entry in runtime.processes())
    except OSError:
        return False


def _keep(runtime: Runtime, sentence: str) -> None:
    """Say it to PostgreSQL and to Kafka."""
    from kafka import KafkaProducer

    with psycopg.connect(runtime.settings_values()["database"], autocommit=True) as connection:
        connection.execute("create table if not exists kept (number serial, sentence text)")
        connection.execute("insert into kept (sentence) values (%s)", (sentence,))
    producer = KafkaProducer(bootstrap_servers=runtime.settings_values()["kafka"])
    producer.send("execution.reported", sentence.encode(), partition=0).get(timeout=30)
    producer.close()


def _kept(runtime: Runtime) -> str | None:
    """What both remember last; None when they differ."""
    from kafka import KafkaConsumer, TopicPartition

    with psycopg.connect(runtime.settings_values()["database"]) as connection:
        row = connection.execute("select sentence from kept order by number desc limit 1").fetchone()
    partition = TopicPartition("execution.reported", 0)
    consumer: Any = KafkaConsumer(bootstrap_servers=runtime.settings_values()["kafka"], auto_offset_reset="earliest")
    try:
        consumer.assign([partition])
        consumer.seek(partition, _end(consumer, partition) - 1)
        said = next(iter(consumer)).value.decode()
    finally:
        consumer.close()
    return said if row == (said,) else None


def _end(consumer: Any, partition: Any) -> int:
    """The offset after the last message. Right after an unclean end Kafka tells the high watermark that it last noted down, until its log
    is recovered."""
    deadline = time.monotonic() + 30
    while not (end := consumer.end_offsets([partition])[partition]):
        assert time.monotonic() < deadline, "Kafka kept nothing"
        time.sleep(0.2)
    return end


def _without_port(value: str) -> str:
    address = urlsplit(value)
    return f"{address.username}:{address.password}@{address.path}" if address.hostname else value
