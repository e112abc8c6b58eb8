# One image for every process: web, workers, timetable; compose.yaml runs them.

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN pip install --no-cache-dir --upgrade pip && python -m venv /opt/letterwright
# What changes seldom first: the dependencies are their own layer.
COPY pyproject.toml ./
RUN python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > needs.txt \
    && /opt/letterwright/bin/pip install --no-cache-dir -r needs.txt
COPY README.md LICENSE ./
COPY app app
COPY emails emails
COPY workers workers
RUN /opt/letterwright/bin/pip install --no-cache-dir --no-deps .


FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin letterwright \
    && install -d -o letterwright -g letterwright -m 0700 /data /shared
COPY --from=build /opt/letterwright /opt/letterwright
ENV PATH=/opt/letterwright/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LETTERWRIGHT_DATA=/data \
    HOST=0.0.0.0 \
    PORT=8000
USER letterwright
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
# Everything in one container; compose.yaml names one piece each instead.
CMD ["letterwright", "up", "--no-demo"]
