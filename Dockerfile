# policycheck as a command: docker run --rm -v "$PWD:/site" policycheck check evidence.har
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
COPY --from=build /wheels /wheels
# The wheel was built above, and what it needs is to be current.
# hadolint ignore=DL3013
RUN wheel="$(find /wheels -name 'policycheck-*.whl')" \
    && python -m pip install --no-cache-dir "${wheel}[cli,pytest]" \
    && rm -r /wheels \
    && useradd --create-home --uid 1000 policycheck
USER 1000
WORKDIR /site
ENTRYPOINT ["policycheck"]
CMD ["--help"]
