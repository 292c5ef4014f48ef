/// Which server a client speaks to, and how it proves who it is.
public struct ClientConfiguration: Sendable {
    /// What stands in the `Authorization` header.
    public enum Token: Hashable, Sendable {
        /// This bearer token.
        case bearer(String)
        /// The bearer token in this file, read anew once a minute because such tokens are rotated.
        case file(path: String)
    }

    /// The client's certificate chain and key, both PEM.
    public struct Identity: Hashable, Sendable {
        /// The certificate, followed by its intermediates.
        public var certificate: [UInt8]
        /// The private key, unencrypted.
        public var key: [UInt8]

        /// A certificate with its key.
        public init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The server.
    public var server: ServerAddress
    /// The PEM certificates that the server's certificate must be signed by; `nil` trusts the system's.
    public var certificateAuthority: [UInt8]?
    /// The client's own certificate.
    public var identity: Identity?
    /// The client's token.
    public var token: Token?
    /// The name that the server's certificate must carry, when it isn't the address' host.
    public var tlsServerName: String?
    /// Accept any certificate.
    ///
    /// Whoever can reroute the traffic can then read and change it.
    public var skipsTLSVerification = false
    /// The `User-Agent` header.
    public var userAgent = "weft"

    /// A configuration without certificates and tokens, for `http://`, `https://` (system trust) or `unix:` servers.
    public init(server: ServerAddress) {
        self.server = server
    }

    /// A configuration of `--server`'s value.
    ///
    /// - Throws: `.configuration`.
    public init(server: String) throws(ControlStoreClientError) {
        self.init(server: try ServerAddress(server))
    }

    /// The configuration of a command line: exactly one of `--kubeconfig` and `--server`.
    ///
    /// - Throws: `.configuration` when both or none are given, or the one that is given is unusable.
    public init(kubeconfig: String?, server: String?) throws(ControlStoreClientError) {
        switch (kubeconfig, server) {
        case (let path?, nil): try self.init(kubeconfig: path)
        case (nil, let address?): try self.init(server: address)
        case (nil, nil):
            throw ControlStoreClientError(
                .configuration,
                "give --server URL or --kubeconfig FILE, so that the cluster's objects can be read",
                request: "--server"
            )
        case (_?, _?):
            throw ControlStoreClientError(
                .configuration,
                "give --server or --kubeconfig, not both",
                request: "--server"
            )
        }
    }
}
