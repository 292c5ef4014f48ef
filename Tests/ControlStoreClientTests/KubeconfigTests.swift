import Foundation
import Testing

@testable import ControlStoreClient

struct KubeconfigTests {
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appending(path: "weft-kubeconfig-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ name: String, _ text: String) throws -> String {
            let file = url.appending(path: name)
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }

    private static func kubeconfig(cluster: String, user: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts:
        - name: other
          context: {cluster: nowhere, user: nobody}
        - name: one
          context: {cluster: c, user: u, namespace: default}
        clusters:
        - name: c
          cluster: \(cluster)
        users:
        - name: u
          user: \(user)
        """
    }

    @Test func inlineCertificatesAndToken() throws {
        let folder = try Folder()
        let path = try folder.write(
            "config",
            Self.kubeconfig(
                cluster:
                    "{server: 'https://10.0.0.1:6443', certificate-authority-data: Q0E=, tls-server-name: kubernetes}",
                user: "{client-certificate-data: Q0VSVA==, client-key-data: S0VZ, token: secret}"
            )
        )
        let configuration = try ClientConfiguration(kubeconfig: path)
        #expect(configuration.server.description == "https://10.0.0.1:6443")
        #expect(configuration.certificateAuthority == Array("CA".utf8))
        #expect(configuration.identity == .init(certificate: Array("CERT".utf8), key: Array("KEY".utf8)))
        #expect(configuration.token == .bearer("secret"))
        #expect(configuration.tlsServerName == "kubernetes")
        #expect(!configuration.skipsTLSVerification)
    }

    @Test func filesAreRelativeToTheKubeconfig() throws {
        let folder = try Folder()
        _ = try folder.write("ca.pem", "CA")
        _ = try folder.write("cert.pem", "CERT")
        let key = try folder.write("key.pem", "KEY")
        let token = try folder.write("token", " secret\n")
        let path = try folder.write(
            "config",
            Self.kubeconfig(
                cluster: "{server: 'https://h', certificate-authority: ca.pem, insecure-skip-tls-verify: true}",
                user: "{client-certificate: cert.pem, client-key: \(key), tokenFile: token}"
            )
        )
        let configuration = try ClientConfiguration(kubeconfig: path)
        #expect(configuration.certificateAuthority == Array("CA".utf8))
        #expect(configuration.identity?.key == Array("KEY".utf8))
        #expect(configuration.token == .file(path: token))
        #expect(configuration.skipsTLSVerification)
        let source = TokenSource(.file(path: token))
        #expect(try source.current() == "secret")
    }

    @Test func aTokenFileIsReadAnewAfterAMinute() throws {
        let folder = try Folder()
        let path = try folder.write("token", "one")
        let source = TokenSource(.file(path: path))
        let start = ContinuousClock.now
        #expect(try source.current(now: start) == "one")
        _ = try folder.write("token", "two")
        #expect(try source.current(now: start + .seconds(59)) == "one")
        #expect(try source.current(now: start + .seconds(61)) == "two")
    }

    @Test(arguments: [
        ("{server: 'https://h'}", "{exec: {command: aws}}", "exec"),
        ("{server: 'https://h'}", "{client-certificate-data: Q0VSVA==}", "both client-certificate and client-key"),
        ("{server: 'https://h'}", "{tokenFile: /no/such/token}", "/no/such/token: no such file"),
        ("{server: 'https://h', certificate-authority-data: '***'}", "{}", "certificate-authority-data is not base64"),
        ("{server: 'https://h', certificate-authority: none.pem}", "{}", "none.pem: no such file"),
        ("{server: 'h:6443'}", "{}", "http://HOST:PORT"),
        ("{}", "{}", "has no server"),
    ])
    func whatIsMissingIsNamed(cluster: String, user: String, says: String) throws {
        let folder = try Folder()
        let path = try folder.write("config", Self.kubeconfig(cluster: cluster, user: user))
        let error = #expect(throws: ControlStoreClientError.self) { try ClientConfiguration(kubeconfig: path) }
        #expect(error?.description.contains(says) == true, "\(String(describing: error))")
        #expect(error?.description.contains(path) == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(arguments: [
        ("", "not a kubeconfig"), ("kind: Config", "no current-context"),
        ("current-context: x", "\"x\" is not among its contexts"),
        ("{", "not a kubeconfig"),
        ("clusters: 7", "not a kubeconfig"),
        ("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "which is not among its clusters"),
        (
            "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                + "clusters: [{name: c, cluster: {server: 'http://h'}}]", "which is not among its users"
        ),
    ])
    func brokenFilesAreRefusedInOneLine(text: String, says: String) throws {
        let folder = try Folder()
        let path = try folder.write("config", text)
        let error = #expect(throws: ControlStoreClientError.self) { try ClientConfiguration(kubeconfig: path) }
        #expect(error?.description.contains(says) == true, "\(String(describing: error))")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: ControlStoreClientError.self) {
            try ClientConfiguration(kubeconfig: "/no/such/file")
        }
        #expect(error?.description == "kubeconfig /no/such/file: no such file")
    }

    @Test func exactlyOneOfServerAndKubeconfig() throws {
        #expect(throws: ControlStoreClientError.self) { try ClientConfiguration(kubeconfig: nil, server: nil) }
        #expect(throws: ControlStoreClientError.self) { try ClientConfiguration(kubeconfig: "a", server: "b") }
        #expect(try ClientConfiguration(kubeconfig: nil, server: "http://h").server.description == "http://h")
    }
}
