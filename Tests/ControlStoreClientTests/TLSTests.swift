import NIOSSL
import Testing

@testable import ControlStoreClient

/// What a kubeconfig says about certificates, against a server that has one and asks for one.
@Suite(.timeLimit(.minutes(15)))
struct TLSTests {
    private static func server(_ certificate: String, asksForCertificate: Bool) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)
            )
        )
        if asksForCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8))
            )
        }
        return configuration
    }

    private static func ask(
        certificate: String = TestCertificates.server,
        asksForCertificate: Bool = false,
        _ change: (inout ClientConfiguration) -> Void
    ) async throws -> Result<String, ControlStoreClientError> {
        try await ScriptedServer.with(
            [[.answer(200, "ok")]],
            tls: try server(certificate, asksForCertificate: asksForCertificate)
        ) { _, configuration in
            var configuration = configuration
            change(&configuration)
            let client = try StoreClient(configuration)
            do throws(ControlStoreClientError) {
                return .success(try await client.text("/healthz"))
            } catch {
                return .failure(error)
            }
        }
    }

    private static let authority = Array(TestCertificates.authority.utf8)
    private static let identity = ClientConfiguration.Identity(
        certificate: Array(TestCertificates.client.utf8),
        key: Array(TestCertificates.clientKey.utf8)
    )

    @Test func theAuthorityIsTrusted() async throws {
        #expect(try await Self.ask { $0.certificateAuthority = Self.authority } == .success("ok"))
    }

    @Test func anyOtherIsNot() async throws {
        let answer = try await Self.ask { _ in }
        guard case .failure(let error) = answer else {
            Issue.record("an unknown authority was trusted")
            return
        }
        #expect(error.code == .unreachable)
        #expect(error.message.contains("TLS failed"), "\(error)")
    }

    @Test func verificationCanBeSwitchedOff() async throws {
        #expect(try await Self.ask { $0.skipsTLSVerification = true } == .success("ok"))
    }

    @Test(arguments: [("kubernetes", true), ("other", false), (nil, false)] as [(String?, Bool)])
    func theServersNameMayBeAnother(name: String?, isRight: Bool) async throws {
        let answer = try await Self.ask(certificate: TestCertificates.namedServer) {
            $0.certificateAuthority = Self.authority
            $0.tlsServerName = name
        }
        #expect((answer == .success("ok")) == isRight, "\(answer)")
    }

    @Test func theClientShowsItsCertificate() async throws {
        let answer = try await Self.ask(asksForCertificate: true) {
            $0.certificateAuthority = Self.authority
            $0.identity = Self.identity
        }
        #expect(answer == .success("ok"))
    }

    @Test func withoutOneItIsRefused() async throws {
        let answer = try await Self.ask(asksForCertificate: true) { $0.certificateAuthority = Self.authority }
        guard case .failure = answer else {
            Issue.record("a client without certificate was answered")
            return
        }
    }
}
