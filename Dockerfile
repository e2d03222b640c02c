# The whole office in one container: Odoo and a PostgreSQL of its own, both as an ordinary user.
# docker compose up --build
FROM debian:12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /srv/vpdt --create-home --shell /usr/sbin/nologin vpdt
WORKDIR /srv/vpdt

# Before the addons: a change of theirs must not fetch everything again.
COPY --chown=vpdt:vpdt vpdt ./
COPY --chown=vpdt:vpdt tools tools
COPY --chown=vpdt:vpdt config config
RUN ./vpdt setup --system --runtime && rm -rf /var/lib/apt/lists/*

USER vpdt
RUN ./vpdt setup --runtime --no-templates
COPY --chown=vpdt:vpdt addons addons
RUN ./vpdt setup --runtime

# The documents: attachments and settings, and the database.
VOLUME ["/srv/vpdt/.data", "/srv/vpdt/.pg"]
EXPOSE 8069
HEALTHCHECK --start-period=120s --interval=30s --timeout=10s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8069/web/login', timeout=9)"]
CMD ["./vpdt", "run", "--host", "0.0.0.0"]
