"""A database for each service, its owner who migrates, and its service role that can do no more than it is granted.

    goals: database jixiao_goals, owner jixiao_goals_owner, service jixiao_goals

Works on the local runtime's server and on any other one that `JIXIAO_DATABASE` names, as a superuser or as a role with CREATEDB and
CREATEROLE.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from backbone.process.settings import SERVICES

LEAST = sql.SQL("login nosuperuser nocreatedb nocreaterole noreplication nobypassrls")


def provision(admin_url: str, known: Mapping[str, str] | None = None, *, suffix: str = "") -> dict[str, str]:
    """Make databases and roles where they are not yet; the addresses by the names of settings, `goals_database`, `goals_owner_database`, …

    `known` are addresses of an earlier call: their passwords are kept; without them each role gets a new one. With `suffix` the
    databases are others (`jixiao_goals_SUFFIX`), the roles the same.
    """
    addresses: dict[str, str] = {}
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for service in SERVICES:
            database = f"jixiao_{service}{suffix}"
            for role, name in (
                (f"jixiao_{service}_owner", f"{service}_owner_database"),
                (f"jixiao_{service}", f"{service}_database"),
            ):
                password = urlsplit((known or {}).get(name, "")).password or secrets.token_hex(24)
                _role(connection, role, password)
                addresses[name] = _address(admin_url, role, password, database)
            _database(connection, database, service)
    return addresses


def clone(admin_url: str, address: str, database: str) -> str:
    """A new database with the content and the rights of the one at `address` (which nobody may be using), as the same role."""
    source = urlsplit(address).path.lstrip("/")
    service = source.removeprefix("jixiao_").split("_")[0]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        names = {
            "new": sql.Identifier(database),
            "old": sql.Identifier(source),
            "owner": sql.Identifier(f"jixiao_{service}_owner"),
        }
        connection.execute(sql.SQL("create database {new} template {old} owner {owner}").format(**names))
        _rights(connection, database, service)
    return at(address, database)


def at(address: str, database: str) -> str:
    """The same server and role, another database."""
    return urlsplit(address)._replace(path=f"/{database}").geturl()


def place(url: str) -> str:
    """host:port of an address, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _role(connection: psycopg.Connection, role: str, password: str) -> None:
    if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
        statement, rights = "alter role {} {} password {}", sql.SQL("login")
    else:
        statement, rights = "create role {} {} password {}", LEAST
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), rights, sql.Literal(password)))


def _database(connection: psycopg.Connection, database: str, service: str) -> None:
    owner = sql.Identifier(f"jixiao_{service}_owner")
    if connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone() is None:
        if connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
            connection.execute(sql.SQL("grant {} to current_user with set true").format(owner))
        make = sql.SQL("create database {} owner {} encoding 'UTF8' template template0")
        connection.execute(make.format(sql.Identifier(database), owner))
    _rights(connection, database, service)


def _rights(connection: psycopg.Connection, database: str, service: str) -> None:
    """Nobody but its two roles enters; the service may make temporary tables and nothing that stays."""
    room, role = sql.Identifier(database), sql.Identifier(f"jixiao_{service}")
    connection.execute(sql.SQL("revoke all on database {} from public").format(room))
    connection.execute(sql.SQL("grant connect, temporary on database {} to {}").format(room, role))
    connection.execute(sql.SQL("alter role {} in database {} set search_path = read, record").format(role, room))


def _address(admin_url: str, role: str, password: str, database: str) -> str:
    admin = urlsplit(admin_url)
    return admin._replace(netloc=f"{quote(role)}:{quote(password)}@{place(admin_url)}", path=f"/{database}").geturl()
