/// Certificates that were made for these tests alone, valid for a hundred years; nothing else trusts them.
///
/// The server's is for 127.0.0.1 and "kubernetes"; both are signed by the CA.
enum TestCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBhjCCASugAwIBAgIUdkXetAfltrpl4BJCyN5dR0rep/0wCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMd2VmdCB0ZXN0IENBMCAXDTI2MTEyMTEyMDAxMVoYDzIxMjYx
        MDI4MTIwMDExWjAXMRUwEwYDVQQDDAx3ZWZ0IHRlc3QgQ0EwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAARhfWwdq/HYQXQlCxaMYW+ADxnpJGAPtLsqkUNaScimjnvK
        jTe7Eh8HzybMp2qEu3k0V2TrLXLQ/G5J7vs13eBNo1MwUTAdBgNVHQ4EFgQUnCas
        Skiwz3ISgzlOVeM6ADnUCLEwHwYDVR0jBBgwFoAUnCasSkiwz3ISgzlOVeM6ADnU
        CLEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAhSneWgQmNQJs
        yFe2vgfJ6gKuicCKFInfyPSqFVF73OsCIQDsFQ/0NAc1M9ntWJosfvM+RxIii4nC
        yQozf1jYjRqhuw==
        -----END CERTIFICATE-----
        """

    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBqjCCAVCgAwIBAgIUF3OB1+BxBy2lFQJ2YGQgeTch1bYwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMd2VmdCB0ZXN0IENBMCAXDTI2MTEyMTEyMDAxMVoYDzIxMjYw
        NzIwMTIwMDExWjAbMRkwFwYDVQQDDBB3ZWZ0IHRlc3Qgc2VydmVyMFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEnFl6E+OyCXJ6/9LZlNTA2Djx3mTnyszVbTKgZpAj
        TqjgiRXm9BjbX3lW9+rusATjaTuc8xiiv2V7MVYOJw/zhKN0MHIwGwYDVR0RBBQw
        EocEfwAAAYIKa3ViZXJuZXRlczATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4E
        FgQUrbDbeot50zXv3J4LuyLB10VM64MwHwYDVR0jBBgwFoAUnCasSkiwz3ISgzlO
        VeM6ADnUCLEwCgYIKoZIzj0EAwIDSAAwRQIhAPb7pE9It4Vgsvqfq1CqylGnOXQ6
        qgj9z3hmsKZ8evkcAiBwqF4ZMyo+FzeXfSeJ94LUFM8CZet2R0r79LFPexBk+g==
        -----END CERTIFICATE-----
        """

    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgslnedV1tAWGbYd0T
        kICkjb6JBllBSSf6o+RmliW8MuuhRANCAAScWXoT47IJcnr/0tmU1MDYOPHeZOfK
        zNVtMqBmkCNOqOCJFeb0GNtfeVb36u6wBONpO5zzGKK/ZXsxVg4nD/OE
        -----END PRIVATE KEY-----
        """

    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBjjCCATOgAwIBAgIUF3OB1+BxBy2lFQJ2YGQgeTch1bcwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMd2VmdCB0ZXN0IENBMCAXDTI2MTEyMTEyMDAxMVoYDzIxMjYw
        NzIwMTIwMDExWjAbMRkwFwYDVQQDDBB3ZWZ0IHRlc3QgY2xpZW50MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEoB/KhixLdtb3qU7bQ9ltVT7FXGXmhs+XgCiHmUkx
        3vNgQooLzCoNfUAFxD3J9XHr/vAFD091GbUHLL6yipflo6NXMFUwEwYDVR0lBAww
        CgYIKwYBBQUHAwIwHQYDVR0OBBYEFPKE7lwA8BPjRol3nRzgWBD9Q43mMB8GA1Ud
        IwQYMBaAFJwmrEpIsM9yEoM5TlXjOgA51AixMAoGCCqGSM49BAMCA0kAMEYCIQDR
        JqrFDVhsNjbdlnimP95cr5PEn++kTvvsN2jcw21pKgIhAJgoTwPl1XB/avdwGypF
        kC2n40OyUx4rXh2CzP29boxp
        -----END CERTIFICATE-----
        """

    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcb+gr8CTEC+Ujzi4
        b1bRyEObapz6AgJuCxratKrCVB2hRANCAASgH8qGLEt21vepTttD2W1VPsVcZeaG
        z5eAKIeZSTHe82BCigvMKg19QAXEPcn1cev+8AUPT3UZtQcsvrKKl+Wj
        -----END PRIVATE KEY-----
        """

    /// The server's, for "kubernetes" alone.
    static let namedServer = """
        -----BEGIN CERTIFICATE-----
        MIIBozCCAUqgAwIBAgIUF3OB1+BxBy2lFQJ2YGQgeTch1bgwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMd2VmdCB0ZXN0IENBMCAXDTI2MTEyMTEyMDQ0NloYDzIxMjYw
        NzIwMTIwNDQ2WjAbMRkwFwYDVQQDDBB3ZWZ0IHRlc3Qgc2VydmVyMFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEnFl6E+OyCXJ6/9LZlNTA2Djx3mTnyszVbTKgZpAj
        TqjgiRXm9BjbX3lW9+rusATjaTuc8xiiv2V7MVYOJw/zhKNuMGwwFQYDVR0RBA4w
        DIIKa3ViZXJuZXRlczATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUrbDb
        eot50zXv3J4LuyLB10VM64MwHwYDVR0jBBgwFoAUnCasSkiwz3ISgzlOVeM6ADnU
        CLEwCgYIKoZIzj0EAwIDRwAwRAIgI98kpWWUcXFTcJByNx8DIevD9ZIsTZ+G4Qjg
        r22p6OsCICVe79x28oH0FZNF56rwQ3E+Jpv2NrgA9a3IC3RUgzXt
        -----END CERTIFICATE-----
        """
}
