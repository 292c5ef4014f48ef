import AsyncHTTPClient
import ClusterModel
import Logging
import NIOCore
import NIOHTTP1
import NetworkTypes
import ServiceProxy
import Synchronization
import Testing

@testable import NodeDaemon

/// Health check servers on loopback addresses of this machine, asked over HTTP.
@Suite(.timeLimit(.minutes(15)))
struct HealthCheckServersTests {
    private final class World: Sendable {
        let isHealthy = Atomic(true)
        let reports = Mutex<[String]>([])
        let updates: AsyncStream<(IPFamily, [ServiceHealthCheck])>
        let update: AsyncStream<(IPFamily, [ServiceHealthCheck])>.Continuation

        init() { (updates, update) = AsyncStream.makeStream() }

        func servers() -> HealthCheckServers {
            HealthCheckServers(
                addresses: { family in [.loopback(family)] },
                isHealthy: { self.isHealthy.load(ordering: .acquiring) },
                report: { check, reason in self.reports.withLock { $0.append("\(check.service): \(reason)") } },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }

        /// Runs the servers while a test goes on.
        func run(_ test: (HealthCheckServers) async throws -> Void) async throws {
            let servers = servers()
            let task = Task { await servers.run(updates) }
            defer { update.finish() }
            try await test(servers)
            update.finish()
            await task.value
        }
    }

    private static func check(_ name: String, _ port: Port, _ count: Int) -> ServiceHealthCheck {
        ServiceHealthCheck(service: ObjectKey(namespace: "default", name: name), port: port, localEndpoints: count)
    }

    private static func ask(_ port: Port, _ path: String = "/", host: String = "127.0.0.1") async throws
        -> (status: UInt, headers: HTTPHeaders, body: String)
    {
        var request = HTTPClientRequest(url: "http://\(host):\(port)\(path)")
        // A connection that stays open would outlive the server.
        request.headers.add(name: "Connection", value: "close")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
        let body = try await response.body.collect(upTo: 1 << 16)
        return (response.status.code, response.headers, String(buffer: body))
    }

    @Test func theAnswerIsKubeProxys() async throws {
        let world = World()
        try await world.run { servers in
            await servers.serve([Self.check("web", 31_901, 2), Self.check("none", 31_902, 0)], .ipv4)
            let good = try await Self.ask(31_901, "/any/path?x")
            #expect(good.status == 200)
            #expect(good.headers["Content-Type"] == ["application/json"])
            #expect(good.headers["X-Content-Type-Options"] == ["nosniff"])
            #expect(good.headers["X-Load-Balancing-Endpoint-Weight"] == ["2"])
            #expect(
                good.body
                    == "{\n\t\"service\": {\n\t\t\"namespace\": \"default\",\n\t\t\"name\": \"web\"\n\t},\n\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}"
            )
            let bad = try await Self.ask(31_902)
            #expect(bad.status == 503)
            #expect(bad.headers["X-Load-Balancing-Endpoint-Weight"] == ["0"])
            world.isHealthy.store(false, ordering: .releasing)
            let ill = try await Self.ask(31_901)
            #expect(ill.status == 503)
            #expect(ill.body.contains("\"serviceProxyHealthy\": false"))
        }
    }

    @Test func familiesHaveTheirOwnNumbersAndWhatGoesIsClosed() async throws {
        let world = World()
        try await world.run { servers in
            await servers.serve([Self.check("web", 31_903, 1)], .ipv4)
            await servers.serve([Self.check("web", 31_903, 3)], .ipv6)
            try await #expect(Self.ask(31_903).body.contains("\"localEndpoints\": 1,"))
            try await #expect(Self.ask(31_903, host: "[::1]").body.contains("\"localEndpoints\": 3,"))
            await servers.serve([Self.check("web", 31_903, 0)], .ipv4)
            try await #expect(Self.ask(31_903).status == 503)
            await servers.serve([], .ipv4)
            await #expect(throws: (any Error).self) { try await Self.ask(31_903) }
            try await #expect(Self.ask(31_903, host: "[::1]").status == 200)
        }
    }

    @Test func aPortThatIsTakenIsToldOnceAndServedWhenItIsFree() async throws {
        let (first, second) = (World(), World())
        try await first.run { holder in
            await holder.serve([Self.check("holder", 31_904, 1)], .ipv4)
            try await second.run { servers in
                for count in 1...3 { await servers.serve([Self.check("web", 31_904, count)], .ipv4) }
                let told = second.reports.withLock { $0 }
                #expect(told.count == 1)
                #expect(told.first?.hasPrefix("default/web: the address is in use") == true)
                await holder.serve([], .ipv4)
                await servers.serve([Self.check("web", 31_904, 7)], .ipv4)
                try await #expect(Self.ask(31_904).body.contains("\"localEndpoints\": 7,"))
            }
        }
    }
}
