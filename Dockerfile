# Écusson in a container of its own: the program, the certificates of the
# authorities and nothing else, not even a shell. Time zones are in the program.
# docs/operate.md tells how it is used.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata -ldflags "-s -w" -o /out/ecusson ./cmd/ecusson
# Folders that a container without a shell cannot make: data, and a place for
# large uploads while they are read.
RUN mkdir -p /out/data /out/tmp && chmod 0700 /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ecusson /ecusson
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
USER 65532:65532
# In a container "this machine" is the container: the server listens to all, and
# refuses to start where that would open what is for one machine alone.
ENV ECUSSON_DATA=/data ECUSSON_LISTEN=:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/ecusson", "healthcheck"]
ENTRYPOINT ["/ecusson"]
CMD ["serve"]
