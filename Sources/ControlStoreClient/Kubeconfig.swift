import FoundationEssentials
import Yams

/// The parts of a kubeconfig file that Weft uses:
/// <https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>.
struct Kubeconfig: Decodable {
    struct NamedCluster: Decodable {
        var name: String
        var cluster: Cluster
    }

    struct Cluster: Decodable {
        var server: String?
        var tlsServerName: String?
        var insecureSkipTLSVerify: Bool?
        var certificateAuthority: String?
        var certificateAuthorityData: String?

        enum CodingKeys: String, CodingKey {
            case server
            case tlsServerName = "tls-server-name"
            case insecureSkipTLSVerify = "insecure-skip-tls-verify"
            case certificateAuthority = "certificate-authority"
            case certificateAuthorityData = "certificate-authority-data"
        }
    }

    struct NamedUser: Decodable {
        var name: String
        var user: User?
    }

    struct User: Decodable {
        var clientCertificate: String?
        var clientCertificateData: String?
        var clientKey: String?
        var clientKeyData: String?
        var token: String?
        var tokenFile: String?
        var username: String?
        var exec: Ignored?
        var authProvider: Ignored?

        enum CodingKeys: String, CodingKey {
            case clientCertificate = "client-certificate"
            case clientCertificateData = "client-certificate-data"
            case clientKey = "client-key"
            case clientKeyData = "client-key-data"
            case token, tokenFile, username, exec
            case authProvider = "auth-provider"
        }
    }

    struct NamedContext: Decodable {
        var name: String
        var context: Context
    }

    struct Context: Decodable {
        var cluster: String
        var user: String?
    }

    /// Present, whatever it holds.
    struct Ignored: Decodable {
        init(from decoder: any Decoder) {}
    }

    var currentContext: String?
    var clusters: [NamedCluster]?
    var users: [NamedUser]?
    var contexts: [NamedContext]?

    enum CodingKeys: String, CodingKey {
        case clusters, users, contexts
        case currentContext = "current-context"
    }
}

/// Turns a kubeconfig into a ``ClientConfiguration``; every message names the file.
struct KubeconfigReader {
    let path: String

    func configuration() throws(ControlStoreClientError) -> ClientConfiguration {
        let text = String(decoding: try contents(path), as: UTF8.self)
        let file: Kubeconfig
        do {
            file = try YAMLDecoder().decode(Kubeconfig.self, from: text)
        } catch {
            throw failure("not a kubeconfig: \(Self.oneLine(error))")
        }
        return try configuration(file)
    }

    private func configuration(_ file: Kubeconfig) throws(ControlStoreClientError) -> ClientConfiguration {
        guard let contextName = file.currentContext, !contextName.isEmpty else {
            throw failure("has no current-context; set one with: kubectl config use-context NAME")
        }
        guard let context = file.contexts?.first(where: { $0.name == contextName })?.context else {
            throw failure("its current-context \"\(contextName)\" is not among its contexts")
        }
        guard let cluster = file.clusters?.first(where: { $0.name == context.cluster })?.cluster else {
            throw failure(
                "context \"\(contextName)\" names cluster \"\(context.cluster)\", which is not among its clusters"
            )
        }
        guard let server = cluster.server, !server.isEmpty else {
            throw failure("cluster \"\(context.cluster)\" has no server")
        }
        var result: ClientConfiguration
        do {
            result = try ClientConfiguration(server: server)
        } catch {
            throw failure("cluster \"\(context.cluster)\": server \(error)")
        }
        result.tlsServerName = cluster.tlsServerName
        result.skipsTLSVerification = cluster.insecureSkipTLSVerify ?? false
        result.certificateAuthority = try bytes(
            cluster.certificateAuthorityData,
            file: cluster.certificateAuthority,
            "certificate-authority"
        )
        guard let userName = context.user, !userName.isEmpty else { return result }
        guard let entry = file.users?.first(where: { $0.name == userName }) else {
            throw failure("context \"\(contextName)\" names user \"\(userName)\", which is not among its users")
        }
        if let user = entry.user { try apply(user, named: userName, to: &result) }
        return result
    }

    private func apply(
        _ user: Kubeconfig.User,
        named name: String,
        to result: inout ClientConfiguration
    ) throws(ControlStoreClientError) {
        guard user.exec == nil, user.authProvider == nil, user.username == nil else {
            throw failure(
                "user \"\(name)\" uses exec, auth-provider or username, which are not supported; use a certificate or a token"
            )
        }
        let certificate = try bytes(user.clientCertificateData, file: user.clientCertificate, "client-certificate")
        let key = try bytes(user.clientKeyData, file: user.clientKey, "client-key")
        switch (certificate, key) {
        case (let certificate?, let key?): result.identity = .init(certificate: certificate, key: key)
        case (nil, nil): break
        default: throw failure("user \"\(name)\" needs both client-certificate and client-key")
        }
        if let path = user.tokenFile, !path.isEmpty {
            // Read once now, so that a wrong path shows at the start.
            _ = try contents(resolved(path))
            result.token = .file(path: resolved(path))
        } else if let token = user.token, !token.isEmpty {
            result.token = .bearer(token)
        }
    }

    /// Inline base64 wins over a file, as in client-go.
    private func bytes(
        _ inline: String?,
        file: String?,
        _ field: String
    ) throws(ControlStoreClientError) -> [UInt8]? {
        if let inline, !inline.isEmpty {
            guard let data = Data(base64Encoded: inline, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw failure("\(field)-data is not base64")
            }
            return [UInt8](data)
        }
        guard let file, !file.isEmpty else { return nil }
        return try contents(resolved(file))
    }

    /// Paths inside a kubeconfig are relative to the file's own folder.
    private func resolved(_ file: String) -> String {
        guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
        return path[...slash] + file
    }

    private func contents(_ file: String) throws(ControlStoreClientError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: file)))
        } catch {
            let reason = FileManager.default.fileExists(atPath: file) ? "can't be read" : "no such file"
            throw ControlStoreClientError(
                .configuration,
                file == path ? reason : "\(file): \(reason)",
                request: "kubeconfig \(path)"
            )
        }
    }

    private func failure(_ message: String) -> ControlStoreClientError {
        ControlStoreClientError(.configuration, message, request: "kubeconfig \(path)")
    }

    private static func oneLine(_ error: any Error) -> String {
        let text: String =
            switch error {
            case DecodingError.keyNotFound(let key, let context):
                "\"\(key.stringValue)\" is missing in \(place(context))"
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                "\(place(context)): \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)"
            default: "\(error)"
            }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "the file" : path
    }
}

extension ClientConfiguration {
    /// The configuration of a kubeconfig file's current context.
    ///
    /// Certificates, keys and the CA may be inline or files (relative to the kubeconfig's folder), tokens inline or files.
    /// - Throws: `.configuration`, naming the file and what it lacks.
    public init(kubeconfig path: String) throws(ControlStoreClientError) {
        self = try KubeconfigReader(path: path).configuration()
    }
}
