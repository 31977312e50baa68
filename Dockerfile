# Builds Tributary and keeps what running it needs. Roles come from the command: see docker-compose.yml.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /tributary
COPY . .
RUN mvn --batch-mode --no-transfer-progress -DskipTests package \
    && mvn --batch-mode --no-transfer-progress -pl scenarios -am -DskipTests package \
       dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/lib

FROM eclipse-temurin:25-jre
WORKDIR /tributary
COPY --from=build /lib /lib/tributary
COPY --from=build /tributary/scenarios/target/tributary-scenarios-*.jar /lib/tributary/
COPY --from=build /tributary/scenarios/*.conf scenarios/
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
            "-cp", "/lib/tributary/*", "dev.tributary.scenarios.cli.Main"]
